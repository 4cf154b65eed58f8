// A grid of cells, the darker the more; zero stays empty. Rows and columns have names of their own.
import {svg} from '../dom.js';
import {label, svg_chart} from '../svg_chart.js';

// `cells[row][column]` are counts. Rows run upward if `upward`.
export function heat_map({describe, cells, row_names, column_names, row_title, column_title, say, upward = true, tall = 340, left = 74}) {
  const rows = cells.length;
  const columns = Math.max(1, ...cells.map((row) => row.length));
  const most = cells.flat().reduce((high, value) => value > high ? value : high, 0);
  // By logarithm: one hot cell must not hide all others.
  const strength = (value) => 0.08 + 0.92 * (most > 1 ? Math.log1p(value) / Math.log1p(most) : 1);
  return svg_chart({describe, height: () => tall, margins: {left, right: 8, top: 24, bottom: 42}, draw: (plot) => {
    const wide = (plot.right - plot.left) / columns;
    const high = (plot.bottom - plot.top) / rows;
    const y_of = (row) => upward ? plot.bottom - (row + 1) * high : plot.top + row * high;
    const every = (room, step) => Math.max(1, Math.ceil(room / step));
    const columns_every = every(66, wide);
    const rows_every = every(16, high);
    return [
      svg('rect', {class: 'heat-ground', x: plot.left, y: plot.top, width: plot.right - plot.left, height: plot.bottom - plot.top}),
      cells.flatMap((row, at) => row.map((value, column) => value > 0 ? svg('rect', {class: 'heat', x: plot.left + column * wide, y: y_of(at), width: Math.max(0.5, wide - (wide > 6 ? 1 : 0)),
        height: Math.max(0.5, high - (high > 6 ? 1 : 0)), 'fill-opacity': strength(value).toFixed(3)}, svg('title', {}, say(at, column, value))) : null)),
      row_names.map((name, at) => at % rows_every === 0 ? label(plot.left - 8, y_of(at) + high / 2 + 4, name, {class: 'tick', 'text-anchor': 'end'}) : null),
      column_names.map((name, at) => at % columns_every === 0 && plot.left + (at + 0.5) * wide < plot.right - (column_names.at(-1) === 'never' ? 70 : 10) || at === columns - 1 && name === 'never'
        ? label(plot.left + (at + 0.5) * wide, plot.bottom + 18, name, {class: 'tick', 'text-anchor': 'middle'}) : null),
      label(plot.left - 4, plot.top - 9, row_title, {class: 'title'}), label((plot.left + plot.right) / 2, plot.bottom + 37, column_title, {class: 'title', 'text-anchor': 'middle'}),
    ];
  }});
}
