// What is predicted for the program itself: intervals, and which of them meet the reference's.
import {h, hidden_text} from '../dom.js';
import {bytes, duration, is_number, signed} from '../format.js';
import {object} from '../read.js';
import {table} from '../table.js';

const seconds = (value) => signed(duration(value * 1e9), value);
const kFigures = [['rss_peak_bytes', 'peak RSS', bytes], ['rss_mean_bytes', 'mean RSS', bytes], ['cpu_s_delta', 'CPU time against reference', seconds]];

const known = (row, id) => {
  const metric = object(row.predicted?.[id]);
  return metric && is_number(metric.value) ? metric : null;
};

function cell(row, [id, , show]) {
  const metric = known(row, id);
  if (!metric) return {text: '–', sort: null};
  const tie = metric.tie === true ? h('span', {class: 'tie'}, h('span', {'aria-hidden': 'true'}, ' ~'), hidden_text(' tie')) : null;
  const interval = is_number(metric.low) && is_number(metric.high) ? h('small', {class: 'versus'}, `${show(metric.low)} to ${show(metric.high)}`) : null;
  return {content: [h('span', {class: 'main'}, show(metric.value), tie), interval], sort: metric.value,
          data: {predicted: id, allocator: row.name, value: metric.value}};
}

// Nothing if nothing was predicted; the level says why.
export function predictions(model) {
  const rows = model.allocators.filter((row) => kFigures.some(([id]) => known(row, id)));
  if (rows.length === 0) return null;
  const figures = kFigures.filter(([id]) => rows.some((row) => known(row, id)));
  return table({caption: 'Predicted for the program itself (~: its interval meets the reference’s)', sortable: true, class: 'predicted-table',
                columns: [{label: 'Allocator'}, ...figures.map(([, label]) => ({label, numeric: true}))],
                rows: rows.map((row) => ({class: row.reference ? 'reference' : null,
                                          cells: [{text: row.name, sort: row.name}, ...figures.map((it) => cell(row, it))]}))});
}
