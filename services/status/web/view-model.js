/**
 * What the page says of a trunk, a call or an edge: pure functions from the API's data to text. Whoever draws it escapes it.
 * @typedef {import('../src/view/call-summary.ts').CallSummary} CallSummary
 * @typedef {import('../src/view/trunk-summary.ts').TrunkSummary} TrunkSummary
 * @typedef {import('../src/view/edge-summary.ts').EdgeSummary} EdgeSummary
 * @typedef {'good' | 'wait' | 'bad' | 'plain'} Mood
 * @typedef {{ readonly text: string, readonly note?: string, readonly mood?: Mood }} Cell
 */

/** `1:05`, `1:02:03`. @param {number} duration_ms */
export function durationText(duration_ms) {
  const seconds = Math.max(0, Math.floor(duration_ms / 1_000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const padded = String(rest).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${padded}` : `${minutes}:${padded}`;
}

/** @param {number} count @param {string} one @param {string} many */
export function counted(count, one, many) {
  return `${count} ${count === 1 ? one : many}`;
}

/** @type {Readonly<Record<CallSummary['phase'], Cell>>} */
const phases = {
  calling: { text: 'Calling', mood: 'wait' },
  ringing: { text: 'Ringing', mood: 'wait' },
  answered: { text: 'In progress', mood: 'good' },
  ended: { text: 'Ended', mood: 'plain' },
};

/** @param {CallSummary} call @returns {Cell} */
export function phaseCell(call) {
  return phases[call.phase];
}

/** @type {Readonly<Record<CallSummary['direction'], string>>} */
const directions = { inbound: 'Inbound', outbound: 'Outbound', unknown: 'Unknown' };

/** @param {CallSummary} call */
export function directionText(call) {
  return directions[call.direction];
}

/**
 * Talk time; of a call that nobody has answered yet, how long it has been trying.
 * @param {CallSummary} call
 * @param {number} now by the server's clock
 * @returns {Cell}
 */
export function durationCell(call, now) {
  if (call.duration_ms !== null) return { text: durationText(call.duration_ms) };
  if (call.answered_at !== null) return { text: durationText(now - call.answered_at) };
  return { text: durationText(now - call.started_at), mood: 'wait' };
}

/** @type {Readonly<Record<NonNullable<CallSummary['outcome']>, { readonly text: string, readonly mood: Mood }>>} */
const outcomes = {
  completed: { text: 'Completed', mood: 'good' },
  cancelled: { text: 'Cancelled', mood: 'plain' },
  busy: { text: 'Busy', mood: 'plain' },
  declined: { text: 'Declined', mood: 'plain' },
  'no-answer': { text: 'No answer', mood: 'wait' },
  refused: { text: 'Refused', mood: 'bad' },
  failed: { text: 'Failed', mood: 'bad' },
};

/** @param {CallSummary} call @returns {Cell} */
export function endCell(call) {
  if (call.outcome === null) return { text: '' };
  const status = call.status === null ? '' : ` (${call.status})`;
  return { ...outcomes[call.outcome], note: `${call.cause_text ?? ''}${status}` };
}

/** @type {Readonly<Record<TrunkSummary['direction'], string>>} */
const trunkDirections = { inbound: 'Inbound', outbound: 'Outbound', both: 'Both ways' };

/** In the order of the table's columns. @param {TrunkSummary} trunk @param {number} now @returns {readonly Cell[]} */
export function trunkCells(trunk, now) {
  const { lately } = trunk;
  return [
    { text: trunk.name, note: trunk.provider },
    { text: trunkDirections[trunk.direction], note: trunk.auth === 'ip' ? 'by address' : 'by password' },
    gatewaysCell(trunk),
    numbersCell(trunk),
    { text: trunk.channels === null ? String(trunk.calls_now) : `${trunk.calls_now} of ${trunk.channels}` },
    lately.failed === 0
      ? { text: counted(lately.calls, 'call', 'calls') }
      : { text: counted(lately.calls, 'call', 'calls'), note: `${lately.failed} failed`, mood: 'bad' },
    trunkStateCell(trunk, now),
  ];
}

/** @param {TrunkSummary} trunk @returns {Cell} */
function gatewaysCell({ gateways, transport }) {
  const shown = gateways.slice(0, 3).map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`);
  const more = gateways.length - shown.length;
  const text = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
  const silent = gateways.filter(({ reachable }) => reachable === false).length;
  if (silent === 0) return { text, note: transport.toUpperCase() };
  return { text, note: `${transport.toUpperCase()}, ${silent} of ${gateways.length} unreachable`, mood: 'bad' };
}

/** @param {TrunkSummary} trunk @returns {Cell} */
function numbersCell({ numbers, numbers_count }) {
  if (numbers_count === 0) return { text: 'none' };
  const shown = numbers.slice(0, 3).map(({ number, agent, agent_name }) => {
    if (agent === null) return `${number} (no agent)`;
    return agent_name === null ? number : `${number} → ${agent_name}`;
  });
  const more = numbers_count - shown.length;
  return { text: shown.join(', '), ...(more > 0 && { note: `and ${more} more` }) };
}

/**
 * Whether calls are taken, and whether every edge knows the newest settings.
 * @param {TrunkSummary} trunk
 * @param {number} now
 * @returns {Cell}
 */
export function trunkStateCell(trunk, now) {
  const { is_active, expires_at, generation, applied } = trunk;
  const note = `generation ${generation}, live on ${applied.on.length} of ${counted(applied.edges_live, 'edge', 'edges')}`;
  if (expires_at !== null && expires_at <= now) return { text: 'Expired', note, mood: 'bad' };
  if (!is_active) return { text: 'Switched off', note, mood: 'plain' };
  if (applied.edges_live === 0) return { text: 'No edge is up', note, mood: 'bad' };
  if (applied.on.length < applied.edges_live) return { text: 'Being applied', note, mood: 'wait' };
  return trunk.registration === 'we-register' ? registrationCell(trunk) : { text: 'Active', note, mood: 'good' };
}

/** @param {TrunkSummary} trunk @returns {Cell} */
function registrationCell({ registration_status, registration_state: state }) {
  if (state?.state === 'failed') return { text: 'Not registered', note: state.reason, mood: 'bad' };
  if (registration_status !== 'registered' || state?.state !== 'registered') {
    return { text: 'Registering', note: 'no answer of the carrier yet', mood: 'wait' };
  }
  return { text: 'Registered', note: `with ${state.registrar}`, mood: 'good' };
}

/** @param {readonly EdgeSummary[]} edges */
export function edgesText(edges) {
  if (edges.length === 0) return 'No edge has been heard of in the last hour.';
  const one = edges.map(({ edge, live, draining }) => {
    if (!live) return `${edge} (gone)`;
    return draining ? `${edge} (draining)` : edge;
  });
  const live = edges.filter((edge) => edge.live).length;
  return `${counted(live, 'edge', 'edges')} up: ${one.join(', ')}`;
}
