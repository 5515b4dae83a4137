import {
  attemptLines,
  callFacts,
  callTitle,
  explanationLines,
  ladderLines,
  mediaFacts,
  messageTexts,
} from './call-details.js';
import { byId, element } from './dom.js';
import { phaseCell } from './view-model.js';

/**
 * @typedef {import('./call-details.js').CallAnswer} CallAnswer
 * @typedef {import('./call-details.js').CallTrace} CallTrace
 * @typedef {import('./call-details.js').Fact} Fact
 */

/** @param {CallAnswer | undefined} answer @param {CallTrace | undefined} trace what is still known of its messages */
export function drawDetails(answer, trace) {
  const body = byId('details-body');
  if (answer === undefined) {
    byId('details-title').textContent = 'Call';
    body.replaceChildren(element('p', { text: 'This call cannot be shown at the moment.', class: 'fault' }));
    return;
  }
  const { call, record } = answer;
  byId('details-title').textContent = callTitle(call);
  if (record === null) {
    const text = `${phaseCell(call).text}. Explanation, attempts and media are here as soon as it has ended.`;
    const { started_at } = call;
    const steps = ladder({ ladder: trace?.ladder ?? [], started_at });
    body.replaceChildren(
      element('p', { text }),
      element('h3', { text: 'SIP ladder' }),
      steps,
      ...messages(trace, started_at),
    );
    return;
  }
  const explanation = explanationLines(record);
  const others =
    explanation.others === 0 ? [] : [element('p', { text: `Of other accounts: ${explanation.others} considered.` })];
  body.replaceChildren(
    factList(callFacts(record)),
    element('h3', { text: 'Explanation' }),
    element('p', { text: explanation.summary }),
    lineList(explanation.candidates, 'No trunk or agent was considered.'),
    ...others,
    element('h3', { text: 'Attempts' }),
    lineList(attemptLines(record), 'Nobody was called.'),
    element('h3', { text: 'Media' }),
    record.media === null ? element('p', { text: 'No audio was relayed.' }) : factList(mediaFacts(record)),
    element('h3', { text: 'SIP ladder' }),
    ladder(record),
    ...messages(trace, record.started_at),
  );
}

/** @param {readonly Fact[]} facts */
function factList(facts) {
  const terms = facts.flatMap(([label, value]) => [element('dt', { text: label }), element('dd', { text: value })]);
  return element('dl', {}, terms);
}

/** @param {readonly string[]} lines @param {string} none */
function lineList(lines, none) {
  if (lines.length === 0) return element('p', { text: none, class: 'empty' });
  const items = lines.map((text) => element('li', { text }));
  return element('ul', {}, items);
}

/** @param {CallTrace | undefined} trace @param {number} started_at */
function messages(trace, started_at) {
  if (trace === undefined || trace.messages.length === 0) return [];
  const items = messageTexts(trace, started_at).map(({ heading, text }) =>
    element('details', { class: 'message' }, [element('summary', { text: heading }), element('pre', { text })]),
  );
  return [element('h3', { text: 'SIP messages' }), ...items];
}

/** @param {Parameters<typeof ladderLines>[0]} call */
function ladder(call) {
  const lines = ladderLines(call);
  if (lines.length === 0) return element('p', { text: 'No message was exchanged.', class: 'empty' });
  const heads = element('li', { class: 'heads' }, [
    element('span', { text: '' }),
    element('span', { text: 'caller – Trunkline' }),
    element('span', { text: 'Trunkline – callee' }),
  ]);
  heads.setAttribute('aria-hidden', 'true');
  const steps = lines.map(({ after, side, arrow, spoken }) => {
    const drawn = element('span', { text: arrow, class: side === 'right' ? 'arrow right-side' : 'arrow' });
    drawn.setAttribute('aria-hidden', 'true');
    const heard = element('span', { text: spoken, class: 'hidden-text' });
    return element('li', {}, [element('span', { text: after, class: 'number' }), drawn, heard]);
  });
  return element('ol', { class: 'ladder' }, [heads, ...steps]);
}
