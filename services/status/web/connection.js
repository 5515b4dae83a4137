import { wait } from './clock.js';
import { readEventStream } from './event-stream.js';

/**
 * @typedef {'connecting' | 'live' | 'lost' | 'denied'} ConnectionState
 * @typedef {object} Listener
 * @property {(state: ConnectionState) => void} onState
 * @property {(name: string, data: unknown) => void} onEvent
 */

const firstRetry_ms = 500;
const maxRetry_ms = 10_000;
/** The server says something at least every 15 seconds. */
const silence_ms = 40_000;

/**
 * Reads `GET /events` until `signal` is aborted, and connects again whenever the stream ends. The token travels in a header,
 * so it is in no address, no history and no log; that is why this is fetch and not EventSource.
 * @param {string} token
 * @param {AbortSignal} signal
 * @param {Listener} listener
 */
export async function followEvents(token, signal, { onState, onEvent }) {
  let delay_ms = firstRetry_ms;
  while (!signal.aborted) {
    onState('connecting');
    try {
      const answer = await fetch('/events', { headers: { authorization: `Bearer ${token}` }, signal });
      if (answer.status === 401) return onState('denied');
      if (answer.ok && answer.body !== null) {
        delay_ms = firstRetry_ms;
        await readStream(answer.body, () => onState('live'), onEvent);
      }
    } catch {
      // Whatever broke the stream, the remedy is the same: connect again.
    }
    if (signal.aborted) return;
    onState('lost');
    await wait(delay_ms);
    delay_ms = Math.min(delay_ms * 2, maxRetry_ms);
  }
}

/**
 * @param {ReadableStream<Uint8Array>} body
 * @param {() => void} onData
 * @param {Listener['onEvent']} onEvent
 */
async function readStream(body, onData, onEvent) {
  const reader = body.pipeThrough(/** @type {any} */ (new TextDecoderStream())).getReader();
  let text = '';
  for (;;) {
    const chunk = await Promise.race([reader.read(), wait(silence_ms).then(() => undefined)]);
    if (chunk === undefined || chunk.done) return void reader.cancel();
    onData();
    const { events, rest } = readEventStream(text + chunk.value);
    text = rest;
    for (const { name, data } of events) onEvent(name, JSON.parse(data));
  }
}

/**
 * @param {string} token
 * @param {string} id
 * @returns {Promise<import('./call-details.js').CallAnswer | undefined>} undefined when it cannot be had now
 */
export function fetchCall(token, id) {
  return get(token, `/calls/${encodeURIComponent(id)}`);
}

/**
 * @param {string} token
 * @param {string} id
 * @returns {Promise<import('./call-details.js').CallTrace | undefined>} undefined when it cannot be had now
 */
export function fetchTrace(token, id) {
  return get(token, `/calls/${encodeURIComponent(id)}/trace`);
}

/** @param {string} token @param {string} path @returns {Promise<any>} */
async function get(token, path) {
  try {
    const answer = await fetch(path, { headers: { authorization: `Bearer ${token}` } });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}
