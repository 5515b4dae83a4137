import { attemptLines, callFacts, callTitle, explanationLines, ladderLines, mediaFacts } from './call-details.js';
import { byId, element } from './dom.js';
import { phaseCell } from './view-model.js';

/**
 * @typedef {import('./call-details.js').CallAnswer} CallAnswer
 * @typedef {import('./call-details.js').Fact} Fact
 */

/** @param {CallAnswer | undefined} answer */
export function drawDetails(answer) {
  const body = byId('details-body');
  if (answer === undefined) {
    byId('details-title').textContent = 'Call';
    body.replaceChildren(element('p', { text: 'This call cannot be shown at the moment.', class: 'fault' }));
    return;
  }
  const { call, record } = answer;
  byId('details-title').textContent = callTitle(call);
  if (record === null) {
    const text = `${phaseCell(call).text}. Explanation, attempts, media and ladder are here as soon as it has ended.`;
    body.replaceChildren(element('p', { text }));
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

/** @param {import('./call-details.js').CallRecord} record */
function ladder(record) {
  const lines = ladderLines(record);
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
