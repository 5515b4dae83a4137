import { liveCalls, trunksByName } from './board.js';
import { byId, drawRows, element, fillCell, tableCell } from './dom.js';
import { directionText, durationCell, edgesText, endCell, phaseCell, trunkCells } from './view-model.js';

/**
 * @typedef {import('./board.js').Board} Board
 * @typedef {import('./board.js').CallSummary} CallSummary
 */

const trunkLabels = ['Name', 'Direction', 'Gateways', 'Numbers', 'Calls now', 'Last hour', 'State'];

/** Rows of live calls drawn; the heading says how many there are. */
const maxLiveRows = 200;

/** @param {Board} board @param {number} now by the server's clock @param {(id: string) => void} onOpen */
export function drawBoard(board, now, onOpen) {
  byId('edges').textContent = edgesText(board.edges);
  const trunks = trunksByName(board);
  drawRows(byId('trunks'), trunks, (trunk) =>
    trunkCells(trunk, now).map((cell, column) => tableCell(cell, trunkLabels[column] ?? '')),
  );
  byId('no-trunks').hidden = trunks.length > 0;

  const live = liveCalls(board);
  const total = live.length + board.live_unlisted;
  drawRows(byId('live'), live.slice(0, maxLiveRows), (call) => [
    tableCell(phaseCell(call), 'State'),
    ...parties(call),
    durationNode(call, now),
    detailsNode(call, onOpen),
  ]);
  byId('live-count').textContent = total > maxLiveRows ? `${total}, the newest ${maxLiveRows} shown` : String(total);
  byId('no-live').hidden = total > 0;

  drawRows(byId('recent'), board.recent, (call) => [
    tableCell({ text: new Date(call.ended_at ?? 0).toLocaleTimeString() }, 'Ended'),
    ...parties(call),
    tableCell(durationCell(call, now), 'Duration'),
    tableCell(endCell(call), 'How it ended'),
    detailsNode(call, onOpen),
  ]);
  byId('no-recent').hidden = board.recent.length > 0;
}

/** Once a second: the durations tick, nothing else is drawn. @param {Board} board @param {number} now */
export function drawDurations(board, now) {
  for (const node of document.querySelectorAll('td[data-call]')) {
    const call = node instanceof HTMLElement ? board.live.get(node.dataset['call'] ?? '') : undefined;
    if (call !== undefined && node instanceof HTMLElement) fillCell(node, durationCell(call, now));
  }
}

/** @param {CallSummary} call */
function parties(call) {
  return [
    tableCell({ text: directionText(call) }, 'Direction'),
    tableCell({ text: call.from || 'unknown' }, 'From'),
    tableCell({ text: call.to || 'unknown' }, 'To'),
    tableCell({ text: call.trunk_name ?? '–' }, 'Trunk'),
    tableCell({ text: call.agent_name ?? '–' }, 'Agent'),
  ];
}

/** @param {CallSummary} call @param {number} now */
function durationNode(call, now) {
  const node = tableCell(durationCell(call, now), 'Duration');
  node.dataset['call'] = call.id;
  return node;
}

/** @param {CallSummary} call @param {(id: string) => void} onOpen */
function detailsNode(call, onOpen) {
  const button = element('button', { text: 'Details' });
  button.type = 'button';
  button.setAttribute('aria-label', `Details of the call from ${call.from || 'unknown'} to ${call.to || 'unknown'}`);
  button.addEventListener('click', () => onOpen(call.id));
  return element('td', {}, [button]);
}
