// The same figures at one commit after the other.
import {h} from '../dom.js';
import {byte_label, kByteSteps} from '../axes.js';
import {by_unit, is_number, percent} from '../format.js';
import {list, object, text} from '../read.js';
import {chart, choice, missing, section} from '../section.js';
import {text_table} from '../table.js';
import {key} from './scaling.js';
import {steps_chart} from './steps_chart.js';

const kLinesMost = 8;
const kNames = {ns_per_op_net: 'net ns/call', rss_peak_bytes: 'peak RSS', rss_mean_bytes: 'mean RSS', latency_p999_ns: 'p99.9', latency_max_ns: 'max', rss_to_live: 'RSS/live', minor_faults: 'faults'};
const name_of = (metric) => kNames[metric] ?? metric;
const point_name = (point) => text(point.label) || text(point.commit).slice(0, 7) || text(point.when).slice(0, 10) || '?';

function lines_of(series, model) {
  const slot = (name, at) => model.interesting.find((it) => it.name === name)?.slot ?? model.interesting.length + at;
  return series.slice(0, kLinesMost).map((it, at) => ({name: text(it.allocator), slot: slot(it.allocator, at), points: list(it.values)
    .map((value, x) => ({...object(value), x})).filter((value) => is_number(value.value))})).filter((line) => line.points.length > 0);
}

// Of the line whose last point lies farthest from its first; beyond both intervals, or it is no change.
function so_what(lines, show) {
  const moved = lines.filter((line) => line.points.length > 1).map((line) => {
    const [first, last] = [line.points[0], line.points.at(-1)];
    const apart = (last.low ?? last.value) > (first.high ?? first.value) || (last.high ?? last.value) < (first.low ?? first.value);
    return {line, first, last, apart, change: first.value !== 0 ? last.value / first.value - 1 : 0};
  });
  if (moved.length === 0) return 'There is one point only, and no trend yet.';
  const most = moved.reduce((a, b) => Math.abs(b.change) > Math.abs(a.change) ? b : a);
  const what = `from ${show(most.first.value)} to ${show(most.last.value)} (${most.change > 0 ? '+' : ''}${percent(most.change)})`;
  return most.apart ? `${most.line.name} changed most: ${what}.` : `${most.line.name} moved most, ${what}, within the intervals: no change is claimed.`;
}

function trend_chart(metric, series, points, model, controls) {
  const unit = text(series[0].unit);
  const show = by_unit(unit);
  const lines = lines_of(series, model);
  const x_names = points.map(point_name);
  const said = so_what(lines, show);
  const is_bytes = unit === 'bytes';
  return chart({id: 'trend', so_what: said, controls: [controls, key(lines)],
    plot: steps_chart({describe: `${name_of(metric)} by commit. ${said}`, lines, x_names, x_title: 'commit', y_title: name_of(metric), show: is_bytes ? byte_label : show, steps: is_bytes ? kByteSteps : null}),
    how: 'one point for each kept result, oldest on the left, with its 95 % interval. The axis need not start at zero.',
    figures: text_table(name_of(metric), ['Allocator', ...x_names], lines.map((line) => [line.name, ...points.map((_, x) => { const point = line.points.find((it) => it.x === x); return point ? show(point.value) : '–'; })])),
    csv: () => [['metric', 'allocator', 'commit', 'when', 'value', 'low', 'high'], ...lines.flatMap((line) => line.points.map((it) => [metric, line.name, text(points[it.x]?.commit), text(points[it.x]?.when), it.value, it.low, it.high]))]});
}

export function trend_section(trend, model) {
  const title = 'Trend';
  const points = list(trend?.points).filter(object);
  const series = list(trend?.series).filter(object);
  const metrics = [...new Set(series.map((it) => text(it.metric)))].filter((metric) => lines_of(series.filter((it) => it.metric === metric), model).length > 0);
  if (points.length === 0 || metrics.length === 0) {
    return section('trend', title, missing('No earlier results were given.', 'heapreel compare --history DIR keeps results by commit, and a report made with it shows them here.'));
  }
  const room = h('div');
  const show = (metric) => {
    const controls = metrics.length > 1 ? choice('Figure', metrics.map((id) => ({id, text: name_of(id)})), metric, show) : null;
    room.replaceChildren(trend_chart(metric, series.filter((it) => it.metric === metric), points, model, controls));
    if (room.isConnected) room.querySelector('[aria-pressed="true"]')?.focus();
  };
  show(metrics[0]);
  return section('trend', title, room);
}
