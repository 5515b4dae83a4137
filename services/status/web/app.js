import { applyFeedEvent, emptyBoard } from './board.js';
import { every, now } from './clock.js';
import { fetchCall, fetchTrace, followEvents } from './connection.js';
import { byId } from './dom.js';
import { drawBoard, drawDurations } from './draw-board.js';
import { drawDetails } from './draw-details.js';

/** The page's composition: one board, one stream, one open call. */

const tokenKey = 'trunkline-token';
const details = /** @type {HTMLDialogElement} */ (byId('details'));
const tokenField = /** @type {HTMLInputElement} */ (byId('token'));

let board = emptyBoard;
let token = '';
/** @type {string | undefined} */
let openCall;
let following = new AbortController();
let drawing = false;

/** @type {Readonly<Record<import('./connection.js').ConnectionState, string>>} */
const connectionTexts = {
  connecting: 'Connecting …',
  live: 'Live',
  lost: 'Connection lost, trying again …',
  denied: 'Not connected',
};

const serverNow = () => now() + board.ahead_ms;

/** However many events arrive, one drawing per frame. */
function drawSoon() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    drawBoard(board, serverNow(), open);
  });
}

/** @param {string} id */
async function open(id) {
  openCall = id;
  const [answer, trace] = await Promise.all([fetchCall(token, id), fetchTrace(token, id)]);
  if (openCall !== id) return;
  drawDetails(answer, trace);
  if (!details.open) details.showModal();
}

/** @param {string} name @param {unknown} data */
function onEvent(name, data) {
  board = applyFeedEvent(board, name, data, now());
  drawSoon();
  const changed = name === 'call' ? /** @type {{ readonly id: string }} */ (data).id : undefined;
  if (openCall !== undefined && changed === openCall) void open(openCall);
}

/** @param {import('./connection.js').ConnectionState} state */
function showState(state) {
  const line = byId('connection');
  // A status line is read aloud whenever it is written.
  if (line.dataset['state'] === state) return;
  line.dataset['state'] = state;
  line.textContent = connectionTexts[state];
}

/** @param {import('./connection.js').ConnectionState} state */
function onState(state) {
  showState(state);
  if (state !== 'denied') return;
  leave();
  byId('sign-in-fault').textContent = 'This token is not known, or it has expired.';
}

/** @param {string} given */
function enter(given) {
  token = given;
  sessionStorage.setItem(tokenKey, given);
  byId('sign-in').hidden = true;
  byId('sign-in-fault').textContent = '';
  byId('board').hidden = false;
  byId('leave').hidden = false;
  following = new AbortController();
  void followEvents(given, following.signal, { onState, onEvent });
}

/** What was shown is forgotten with the token. */
function leave() {
  following.abort();
  sessionStorage.removeItem(tokenKey);
  token = '';
  details.close();
  board = emptyBoard;
  drawBoard(board, serverNow(), open);
  byId('board').hidden = true;
  byId('leave').hidden = true;
  byId('sign-in').hidden = false;
  tokenField.value = '';
  tokenField.focus();
}

byId('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  const given = tokenField.value.trim();
  if (given !== '') enter(given);
});
byId('leave').addEventListener('click', () => {
  leave();
  showState('denied');
});
byId('details-close').addEventListener('click', () => details.close());
details.addEventListener('close', () => {
  openCall = undefined;
});
every(1_000, () => drawDurations(board, serverNow()));

const kept = sessionStorage.getItem(tokenKey);
if (kept === null) tokenField.focus();
else enter(kept);
