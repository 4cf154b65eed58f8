// Tables that say what they are: caption, scoped headings, sorting by buttons.
import {add, h} from './dom.js';

// A cell is {text or content, sort, data}; `data` becomes data-* attributes with figures in full precision.
function table_cell(cell, column, first) {
  const attributes = {class: [column.numeric ? 'number' : '', cell.class ?? ''].join(' ').trim() || null};
  for (const [name, value] of Object.entries(cell.data ?? {})) attributes[`data-${name}`] = value;
  return first ? h('th', {scope: 'row', ...attributes}, cell.content ?? cell.text) : h('td', attributes, cell.content ?? cell.text);
}

const compare = (a, b) => typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));

// What has no figure stays at the end, whichever way the rest is sorted.
function sorted(rows, at, down) {
  const known = rows.filter((row) => row.cells[at].sort !== null && row.cells[at].sort !== undefined);
  const unknown = rows.filter((row) => !known.includes(row));
  known.sort((a, b) => compare(a.cells[at].sort, b.cells[at].sort) * (down ? -1 : 1));
  return [...known, ...unknown];
}

// columns: [{label, numeric, title}]; rows: [{cells, class}]; the first cell of a row names it.
export function table({caption, columns, rows, sortable = false, class: name}) {
  const body = h('tbody');
  const show = (order) => {
    body.replaceChildren(...order.map((row) => h('tr', {class: row.class},
      row.cells.map((cell, at) => table_cell(cell, columns[at], at === 0)))));
  };
  const heads = columns.map((column, at) => {
    const head = h('th', {scope: 'col', class: column.numeric ? 'number' : null, title: column.title});
    if (!sortable) return add(head, column.label);
    const button = h('button', {type: 'button', class: 'sort'}, column.label);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      show(sorted(rows, at, down));
    });
    return add(head, button);
  });
  show(rows);
  return h('div', {class: ['table-room', name, rows.length > 24 ? 'long' : ''].join(' ').trim(), tabindex: 0, role: 'region',
                   'aria-label': caption},
    h('table', {}, h('caption', {}, h('span', {}, caption)), h('thead', {}, h('tr', {}, heads)), body));
}

// A plain table of texts.
export function text_table(caption, labels, rows) {
  return table({caption, columns: labels.map((label, at) => ({label, numeric: at > 0})),
                rows: rows.map((cells) => ({cells: cells.map((cell) => ({text: cell}))}))});
}
