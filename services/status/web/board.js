/**
 * What the page knows, as plain data, and how an event of `GET /events` changes it.
 * @typedef {import('../src/view/call-summary.ts').CallSummary} CallSummary
 * @typedef {import('../src/view/trunk-summary.ts').TrunkSummary} TrunkSummary
 * @typedef {import('../src/view/edge-summary.ts').EdgeSummary} EdgeSummary
 * @typedef {import('../src/api/client-feed.ts').FeedEvents} FeedEvents
 * @typedef {object} Board
 * @property {number} ahead_ms how far the server's clock is ahead of the browser's
 * @property {number} live_unlisted live calls beyond those that the server listed
 * @property {ReadonlyMap<string, CallSummary>} live
 * @property {readonly CallSummary[]} recent newest first
 * @property {ReadonlyMap<string, TrunkSummary>} trunks
 * @property {readonly EdgeSummary[]} edges
 */

export const maxRecent = 100;

/** @type {Board} */
export const emptyBoard = { ahead_ms: 0, live_unlisted: 0, live: new Map(), recent: [], trunks: new Map(), edges: [] };

/**
 * An event that this page does not know changes nothing: the server may be newer.
 * @param {Board} board
 * @param {string} name
 * @param {unknown} data
 * @param {number} now by the browser's clock
 * @returns {Board}
 */
export function applyFeedEvent(board, name, data, now) {
  switch (name) {
    case 'snapshot':
      return fromSnapshot(/** @type {FeedEvents['snapshot']} */ (data), now);
    case 'call':
      return withCall(board, /** @type {CallSummary} */ (data));
    case 'call-gone':
      return withoutCall(board, /** @type {FeedEvents['call-gone']} */ (data).id);
    case 'trunk': {
      const trunk = /** @type {TrunkSummary} */ (data);
      return { ...board, trunks: new Map(board.trunks).set(trunk.id, trunk) };
    }
    case 'trunk-gone': {
      const trunks = new Map(board.trunks);
      trunks.delete(/** @type {FeedEvents['trunk-gone']} */ (data).id);
      return { ...board, trunks };
    }
    case 'edges':
      return { ...board, edges: /** @type {readonly EdgeSummary[]} */ (data) };
    default:
      return board;
  }
}

/** @param {FeedEvents['snapshot']} snapshot @param {number} now @returns {Board} */
function fromSnapshot(snapshot, now) {
  return {
    ahead_ms: snapshot.now - now,
    live_unlisted: snapshot.live_total - snapshot.live.length,
    live: new Map(snapshot.live.map((call) => [call.id, call])),
    recent: snapshot.recent.slice(0, maxRecent),
    trunks: new Map(snapshot.trunks.map((trunk) => [trunk.id, trunk])),
    edges: snapshot.edges,
  };
}

/** @param {Board} board @param {CallSummary} call @returns {Board} */
function withCall(board, call) {
  const live = new Map(board.live);
  if (call.state === 'live') return { ...board, live: live.set(call.id, call) };
  live.delete(call.id);
  const others = board.recent.filter(({ id }) => id !== call.id);
  const recent = [call, ...others].sort((a, b) => (b.ended_at ?? 0) - (a.ended_at ?? 0)).slice(0, maxRecent);
  return { ...board, live, recent };
}

/** @param {Board} board @param {string} id @returns {Board} */
function withoutCall(board, id) {
  const live = new Map(board.live);
  live.delete(id);
  return { ...board, live, recent: board.recent.filter((call) => call.id !== id) };
}

/** Newest first. @param {Board} board */
export function liveCalls(board) {
  return [...board.live.values()].sort((a, b) => b.started_at - a.started_at || (a.id < b.id ? 1 : -1));
}

/** By name, as people look for them. @param {Board} board */
export function trunksByName(board) {
  return [...board.trunks.values()].sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}
