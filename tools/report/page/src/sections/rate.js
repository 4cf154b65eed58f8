// Calls per second over the time of the record, in all and by thread.
import {h} from '../dom.js';
import {count, count_short, duration, is_number, percent} from '../format.js';
import {LineChart} from '../line_chart.js';
import {color_name, dash} from '../palette.js';
import {list, numbers, object} from '../read.js';
import {chart, missing} from '../section.js';
import {text_table} from '../table.js';
import {thread_names} from './objects_map.js';
import {time_axis_plan} from './rss.js';

const kLines = 6;
const kSecond = 1e9;
const per_second = (value) => `${count_short(value)}/s`;

// Threads with their calls in each bin, the busiest first.
function threads_of(workload) {
  return list(workload.threads).filter(object).map((thread) => ({...thread, calls: numbers(thread.calls)})).filter((thread) => thread.calls.length > 0)
    .map((thread) => ({...thread, total: thread.calls.reduce((sum, value) => sum + value, 0)})).sort((a, b) => b.total - a.total);
}

function totals_of(threads) {
  const bins = Math.max(...threads.map((thread) => thread.calls.length));
  return Array.from({length: bins}, (_, at) => threads.reduce((sum, thread) => sum + (thread.calls[at] ?? 0), 0));
}

// A bin's rate stands at its middle.
function plan_of(threads, totals, bin_ns, name) {
  const axis = totals.map((_, at) => (at + 0.5) * bin_ns);
  const rates = (calls) => axis.map((_, at) => (calls[at] ?? 0) * kSecond / bin_ns);
  const lines = [{label: 'all threads', values: rates(totals), color: 'live', fill: 0.34, width: 0, format: per_second}];
  if (threads.length > 1) {
    threads.slice(0, kLines).forEach((thread, at) => lines.push({label: name(thread.thread ?? null), values: rates(thread.calls), color: color_name(at), dash: dash(at), width: 1.6, format: per_second}));
  }
  return {...time_axis_plan(axis), lines, y_axis: {values: (u, splits) => splits.map(count_short)}, y_scale: {range: (u, low, high) => [0, Math.max(1, high) * 1.06]}};
}

function threads_table(threads, name) {
  return text_table('Threads', ['Thread', 'births', 'frees', 'bytes asked for', 'freed by others', 'first call', 'last call'], threads.map((thread) => [name(thread.thread ?? null),
    count(thread.births), count(thread.frees), is_number(thread.bytes) ? count_short(thread.bytes) : '–', count(thread.remote_frees), duration(thread.first_ns), duration(thread.last_ns)]));
}

export function rate_chart(workload, state) {
  const threads = workload ? threads_of(workload) : [];
  const bin_ns = workload?.rate_bin_ns;
  if (threads.length === 0 || !is_number(bin_ns) || bin_ns <= 0) return missing('The rate of calls is not in these results.', 'Replay the reel again with this version of heapreel.');
  const name = thread_names(workload);
  const totals = totals_of(threads);
  const all = totals.reduce((sum, value) => sum + value, 0);
  const busiest = totals.indexOf(Math.max(...totals));
  const mean = all * kSecond / (totals.length * bin_ns);
  const share = threads.length > 1 ? ` The busiest thread, ${name(threads[0].thread ?? null)}, makes ${percent(threads[0].total / (all || 1))} of the calls.` : '';
  const so_what = `${per_second(mean)} calls in the mean, ${per_second(totals[busiest] * kSecond / bin_ns)} at most, ${duration((busiest + 0.5) * bin_ns)} into the record.${share}`;
  const lines = new LineChart({label: 'Rate of calls', link: {state, event: 'time'}, make_plan: () => plan_of(threads, totals, bin_ns, name)});
  return chart({id: 'rate', title: 'Rate of calls', so_what, plot: lines.element, open_figures: !lines.drawing, figures: h('div', {}, threads_table(threads, name)),
    csv: () => [['thread', 't_ns', 'calls'], ...threads.flatMap((thread) => thread.calls.map((calls, at) => [name(thread.thread ?? null), at * bin_ns, calls]))],
    how: `the grey area is all threads’ calls to the allocator, ${threads.length > 1 ? `the lines are the ${Math.min(kLines, threads.length)} busiest, ` : ''}in bins of ${duration(bin_ns)}. The cursor is the one of the charts of memory above.`});
}
