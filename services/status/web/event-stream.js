/** @typedef {{ readonly name: string, readonly data: string }} StreamEvent */

/** More text than this without the end of an event is no event of ours. */
export const maxPending_characters = 16 * 1024 * 1024;

/**
 * Reads what has arrived of an event stream (WHATWG HTML §9.2.6): the whole events, and the rest that is to be put before
 * what arrives next. Comments, which keep the connection alive, and events without data are dropped.
 * @param {string} text
 * @returns {{ readonly events: readonly StreamEvent[], readonly rest: string }}
 */
export function readEventStream(text) {
  const blocks = text.split('\n\n');
  const rest = blocks.pop() ?? '';
  if (rest.length > maxPending_characters) throw new Error('An event has no end');
  const events = blocks.map(readBlock).filter((event) => event.data !== '');
  return { events, rest };
}

/** @param {string} block @returns {StreamEvent} */
function readBlock(block) {
  let name = 'message';
  /** @type {string[]} */
  const data = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
  }
  return { name, data: data.join('\n') };
}
