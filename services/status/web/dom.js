/**
 * Everything that is drawn goes through here as text, never as HTML: what a caller writes into a SIP header stays text.
 * @typedef {import('./view-model.js').Cell} Cell
 */

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {{ readonly text?: string, readonly class?: string, readonly label?: string }} [settings]
 * @param {readonly Node[]} [children]
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, settings = {}, children = []) {
  const node = document.createElement(name);
  if (settings.text !== undefined) node.textContent = settings.text;
  if (settings.class !== undefined) node.className = settings.class;
  if (settings.label !== undefined) node.dataset['label'] = settings.label;
  node.append(...children);
  return node;
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`The page has no #${id}`);
  return node;
}

/** @param {Cell} cell @param {string} label the heading of the column, shown beside the value on a narrow screen */
export function tableCell(cell, label) {
  const node = element('td', { label });
  fillCell(node, cell);
  return node;
}

/** @param {HTMLElement} node @param {Cell} cell */
export function fillCell(node, { text, note, mood }) {
  node.className = mood === undefined || mood === 'plain' ? 'number' : `number ${mood}`;
  node.replaceChildren(text, ...(note === undefined ? [] : [element('small', { text: note })]));
}

/**
 * Makes the rows of `body` those of `items`: rows that stay keep their place in the document, so that focus and selection
 * survive; a row is drawn again only when its item is another object than before.
 * @template {{ readonly id: string }} Item
 * @param {HTMLElement} body
 * @param {readonly Item[]} items
 * @param {(item: Item) => readonly Node[]} draw
 */
export function drawRows(body, items, draw) {
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();
  for (const row of body.children) if (row instanceof HTMLElement) rows.set(row.dataset['id'] ?? '', row);
  const wanted = new Set(items.map(({ id }) => id));
  for (const [id, row] of rows) if (!wanted.has(id)) row.remove();
  items.forEach((item, index) => {
    const row = rows.get(item.id) ?? element('tr');
    row.dataset['id'] = item.id;
    if (drawn.get(row) !== item) redraw(row, draw(item));
    drawn.set(row, item);
    if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
  });
}

/** What each row shows. @type {WeakMap<HTMLElement, object>} */
const drawn = new WeakMap();

/** A button that had the focus hands it to the one in its place. @param {HTMLElement} row @param {readonly Node[]} cells */
function redraw(row, cells) {
  const focused = row.contains(document.activeElement);
  row.replaceChildren(...cells);
  if (focused) row.querySelector('button')?.focus();
}
