// Sizes and lifetimes together, and which thread freed what another had allocated.
import {bytes, count, duration, percent, short} from '../format.js';
import {list, numbers, object, text} from '../read.js';
import {chart, missing} from '../section.js';
import {text_table} from '../table.js';
import {heat_map} from './heat_map.js';

const kThreadNames = 9;
const count_of = (value) => typeof value === 'number' && value > 0 ? value : 0;
const matrix = (value) => list(value).map((row) => list(row).map(count_of));

// The cells with most objects, as sentences of a table.
const top_cells = (cells, names) => cells.flatMap((row, at) => row.map((value, column) => ({at, column, value}))).filter(({value}) => value > 0)
  .sort((a, b) => b.value - a.value).slice(0, 12).map(({at, column, value}) => [...names(at, column), count(value)]);

export function size_by_lifetime_chart(workload) {
  const map = object(workload?.size_by_lifetime);
  const sizes = numbers(map?.size_max_bytes);
  const lifetimes = list(map?.lifetime_max_ns);
  const cells = matrix(map?.objects);
  if (sizes.length === 0 || lifetimes.length === 0 || cells.length === 0) {
    return missing('How sizes and lifetimes go together is not in these results.', 'Replay the reel again with this version of heapreel.');
  }
  const lived = (at) => lifetimes[at] === null ? 'never freed' : `${duration(lifetimes[at])} or less`;
  const total = cells.flat().reduce((sum, value) => sum + value, 0) || 1;
  const [best] = cells.flatMap((row, at) => row.map((value, column) => ({at, column, value}))).sort((a, b) => b.value - a.value);
  const so_what = `The most usual object has up to ${bytes(sizes[best.at])} and ${lifetimes[best.column] === null ? 'is never freed' : `lives up to ${duration(lifetimes[best.column])}`}: ${percent(best.value / total)} of all.`;
  return chart({id: 'size-by-lifetime', title: 'Size by lifetime', so_what, how: 'each cell is the objects of one size and one lifetime; darker is more, by the logarithm. Short-lived objects on the left cost speed, long-lived ones on the right cost memory; the last column was never freed.',
    plot: heat_map({describe: `Objects by size and lifetime. ${so_what}`, cells, row_names: sizes.map((size) => short(bytes(size))), column_names: lifetimes.map((ns) => ns === null ? 'never' : short(duration(ns))),
      row_title: 'size', column_title: 'lifetime', say: (row, column, value) => `${bytes(sizes[row])} or less, ${lived(column)}: ${count(value)} objects`}),
    figures: text_table('The fullest cells', ['Size up to', 'lived', 'objects'], top_cells(cells, (at, column) => [bytes(sizes[at]), lived(column)])),
    csv: () => [['size_max_bytes', 'lifetime_max_ns', 'objects'], ...cells.flatMap((row, at) => row.map((value, column) => [sizes[at], lifetimes[column] ?? 'never freed', value]))]});
}

export function thread_names(workload) {
  const named = new Map(list(workload?.threads).filter(object).map((thread) => [thread.thread ?? null, text(thread.name)]));
  return (index) => index === null ? 'all others' : named.get(index) ? `${index} ${named.get(index)}` : `thread ${index}`;
}

export function frees_chart(workload) {
  const map = object(workload?.frees_by_thread);
  const threads = list(map?.threads);
  const cells = matrix(map?.objects);
  if (threads.length === 0 || cells.length === 0) return missing('Which thread freed what is not in these results.', 'Replay the reel again with this version of heapreel.');
  const name = thread_names(workload);
  const names = threads.map((index) => name(index ?? null));
  const total = cells.flat().reduce((sum, value) => sum + value, 0) || 1;
  const own = cells.reduce((sum, row, at) => sum + (threads[at] === null ? 0 : row[at] ?? 0), 0);
  const so_what = threads.length === 1 ? 'There is one thread, and it frees what it allocates.'
    : `${percent(own / total)} of the freed objects were freed by the thread that had allocated them${own === total ? '' : `; ${count(total - own)} by another one, or among threads that are not told apart`}.`;
  const brief = (index) => { const whole = name(index ?? null); return whole.length > kThreadNames ? `${whole.slice(0, kThreadNames)}…` : whole; };
  return chart({id: 'frees', title: 'Who frees what', so_what, how: 'a row is the thread that allocated, a column the thread that freed; darker is more, by the logarithm. What lies off the diagonal crosses threads, which allocators pay for differently.',
    plot: heat_map({describe: `Objects by allocating and freeing thread. ${so_what}`, cells, row_names: threads.map(brief), column_names: threads.map(brief), row_title: 'allocated by', column_title: 'freed by', upward: false, left: 88,
      tall: Math.max(140, Math.min(420, 80 + threads.length * 26)), say: (row, column, value) => `allocated by ${names[row]}, freed by ${names[column]}: ${count(value)} objects`}),
    figures: text_table('The fullest cells', ['Allocated by', 'freed by', 'objects'], top_cells(cells, (at, column) => [names[at], names[column]])),
    csv: () => [['allocated_by', 'freed_by', 'objects'], ...cells.flatMap((row, at) => row.map((value, column) => [names[at], names[column], value]))]});
}
