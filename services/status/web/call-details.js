/**
 * What the page says of one call in full: pure, like `view-model.js`.
 * @typedef {import('@trunkline/contracts/call-record').CallRecord} CallRecord
 * @typedef {import('../src/view/call-summary.ts').CallSummary} CallSummary
 * @typedef {{ readonly call: CallSummary, readonly record: CallRecord | null }} CallAnswer
 * @typedef {import('@trunkline/contracts/call-record').LadderStep} LadderStep
 * @typedef {import('@trunkline/contracts/sip-trace').TracedMessage} TracedMessage
 * @typedef {{ readonly ladder: readonly LadderStep[], readonly messages: readonly TracedMessage[] }} CallTrace
 * @typedef {readonly [label: string, value: string]} Fact
 * @typedef {{ readonly after: string, readonly side: 'left' | 'right', readonly arrow: string, readonly spoken: string }} LadderLine
 */

/** @param {CallSummary} call */
export function callTitle({ from, to }) {
  return `${from || 'unknown'} → ${to || 'unknown'}`;
}

/** @param {CallRecord} record @returns {readonly Fact[]} */
export function callFacts(record) {
  const { source, admitted_by, post_dial_delay_ms } = record;
  /** @type {Fact[]} */
  const facts = [
    ['How it ended', `${record.cause_text} (${record.cause})`],
    ['Answered with', record.status === null ? 'no final response' : String(record.status)],
    ['Ended by', record.ended_by],
    ['Started', new Date(record.started_at).toISOString()],
    ['Post-dial delay', post_dial_delay_ms === null ? 'never rang' : `${post_dial_delay_ms} ms`],
    ['Talk time', `${(record.duration_ms / 1_000).toFixed(1)} s`],
    ['Trunk', record.trunk_name ?? 'none'],
    ['Agent', record.agent_name ?? 'none'],
    [
      'Caller’s address',
      source === null
        ? 'asked for over the API'
        : `${source.address} port ${source.port}, ${source.transport.toUpperCase()}`,
    ],
    ['Admitted by', admitted_by === null ? 'nothing' : `${admitted_by.by} ${admitted_by.detail}`],
    ['Edge', record.edge],
    ['Call', record.id],
    ['Call-ID of the caller', record.sip_call_id],
  ];
  if (record.sip_call_id_b !== null) facts.push(['Call-ID of the callee', record.sip_call_id_b]);
  return facts;
}

/** @param {CallRecord} record @returns {{ readonly summary: string, readonly candidates: readonly string[], readonly others: number }} */
export function explanationLines({ explanation }) {
  const candidates = explanation.candidates.map((candidate) => {
    const found = candidate.found_by.length === 0 ? '' : `, found by ${candidate.found_by.join(' and ')}`;
    const verdict = candidate.chosen ? 'chosen' : `left out: ${candidate.left_out ?? 'no reason given'}`;
    const detail = candidate.detail === null ? '' : ` (${candidate.detail})`;
    return `${candidate.kind === 'trunk' ? 'Trunk' : 'Agent'} ${candidate.name}${found}: ${verdict}${detail}`;
  });
  return {
    summary: `${explanation.decision}: ${explanation.summary}`,
    candidates,
    others: explanation.candidates_total - explanation.candidates.length,
  };
}

/** @param {CallRecord} record @returns {readonly string[]} */
export function attemptLines({ attempts }) {
  return attempts.map((attempt) => {
    const answer = attempt.status === null ? 'no final response' : `${attempt.status} ${attempt.reason ?? ''}`.trim();
    const rang = attempt.ringing_at === null ? '' : `, rang after ${attempt.ringing_at - attempt.started_at} ms`;
    return `${attempt.target} (${attempt.uri}): ${answer}${rang}`;
  });
}

/** @param {CallRecord} record @returns {readonly Fact[]} */
export function mediaFacts({ media }) {
  if (media === null) return [];
  /** @type {(side: NonNullable<CallRecord['media']>['caller']) => string} */
  const packets = ({ packets_received, octets_received, errors }) =>
    `${packets_received} packets, ${octets_received} octets${errors === 0 ? '' : `, ${errors} not relayed`}`;
  return [
    ['From the caller', packets(media.caller)],
    ['From the callee', packets(media.callee)],
  ];
}

/**
 * The left side is between caller and us, the right side between us and the callee.
 * @param {{ readonly ladder: readonly LadderStep[], readonly started_at: number }} call
 * @returns {readonly LadderLine[]}
 */
export function ladderLines({ ladder, started_at }) {
  return ladder.map(({ at, from, to, text }) => {
    const right = from === 'callee' || to === 'callee';
    const rightwards = from === 'caller' || (from === 'trunkline' && right);
    return {
      after: `+${at - started_at} ms`,
      side: right ? 'right' : 'left',
      arrow: rightwards ? `${text} →` : `← ${text}`,
      spoken: `${from} to ${to}: ${text}`,
    };
  });
}

/** Each message with a heading, in the order of the ladder. @param {CallTrace} trace @param {number} started_at */
export function messageTexts({ ladder, messages }, started_at) {
  return ladder.map(({ at, from, to, text }, index) => {
    const message = messages[index];
    const way =
      message === undefined
        ? ''
        : ` (${message.transport.toUpperCase()} ${message.remote.address} port ${message.remote.port})`;
    return { heading: `+${at - started_at} ms ${from} to ${to}: ${text}${way}`, text: message?.text ?? '' };
  });
}
