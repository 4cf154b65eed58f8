// A table as a file the reader can keep. Works offline: the browser makes the file from memory.
import {h} from './dom.js';

// A cell that a spreadsheet would take for a formula is written as text.
function cell(value) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csv_text = (rows) => rows.map((row) => row.map(cell).join(',') + '\r\n').join('');

function download(name, rows) {
  const url = URL.createObjectURL(new Blob([csv_text(rows)], {type: 'text/csv'}));
  const link = h('a', {href: url, download: name});
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

// `rows` makes the table when it is asked for: a heading row, then figures in full precision.
export function csv_button(name, rows) {
  return h('button', {type: 'button', class: 'quiet csv', 'aria-label': `Download ${name} as CSV`,
                      onclick: () => download(`${name}.csv`, rows())}, 'CSV');
}
