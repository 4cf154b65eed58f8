// How long calls take, from the usual one to the slowest: time over quantile, spread so that the tail has room.
import {duration, is_number, short} from '../format.js';
import {common_axis, values_at} from '../curves.js';
import {h} from '../dom.js';
import {legend} from '../legend.js';
import {LineChart} from '../line_chart.js';
import {drawn} from '../model.js';
import {color_name, dash} from '../palette.js';
import {list, object} from '../read.js';
import {chart, choice, missing, section} from '../section.js';
import {text_table} from '../table.js';

const kNamed = {p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999, p9999: 0.9999};

// Nines: 1 is 90 %, 2 is 99 %. The slowest call of n stands at 1 - 1/n.
const nines = (quantile) => -Math.log10(1 - quantile);
const quantile_text = (x) => x <= 0 ? 'the fastest' : `${(100 * (1 - 10 ** -x)).toFixed(Math.max(0, Math.ceil(x - 0.001) - 2 + (x < 1 ? 1 : 0)))} %`;

function points_of(result, call) {
  const summary = object(result?.latency_ns?.[call]);
  const last = is_number(summary?.count) && summary.count > 1 ? nines(1 - 1 / summary.count) : 5;
  const given = list(result?.latency_ns_curve?.[call]).filter((point) => list(point).length === 2 && point.every(is_number));
  const points = given.length > 1 ? given : summary ? [...Object.entries(kNamed).map(([name, q]) => [q, summary[name]]), [1, summary.max]] : [];
  const placed = points.filter(([q, ns]) => is_number(ns) && q >= 0 && q <= 1).map(([q, ns]) => [q >= 1 ? last : Math.min(last, nines(q)), Math.max(1, ns)]);
  placed.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  // Several quantiles at the end of few calls are one call: the slowest.
  const kept = placed.filter(([x], at) => at + 1 === placed.length || placed[at + 1][0] > x);
  return kept.length > 1 ? {xs: kept.map(([x]) => x), ys: kept.map(([, ns]) => ns)} : null;
}

// Calls that anyone made, the most frequent first.
export function calls_of(model) {
  const counts = new Map();
  for (const it of model.allocators) {
    for (const [call, latency] of Object.entries(object(it.result?.latency_ns) ?? {})) {
      if (points_of(it.result, call)) counts.set(call, Math.max(counts.get(call) ?? 0, latency.count ?? 0));
    }
  }
  return [...counts].sort(([a, most], [b, fewer]) => fewer - most || a.localeCompare(b)).map(([call]) => call);
}

// Drawn on the logarithm, where a straight line between two points is what a reader expects.
const logs = (ys) => ys.map((value) => Math.log10(value));
const back = (values) => values.map((value) => value === null ? null : 10 ** value);

function plan_of(model, state, call) {
  const curves = drawn(model, state).map((it) => ({it, points: points_of(it.result, call)})).filter(({points}) => points);
  const harness = points_of(model.null_row, call);
  const axis = common_axis([...curves.map(({points}) => points.xs), harness?.xs ?? [], Array.from({length: 121}, (_, at) => at / 20)
    .filter((x) => x <= Math.max(0, ...curves.map(({points}) => points.xs.at(-1))))]);
  const at_axis = ({xs, ys}) => back(values_at(axis, xs, logs(ys)));
  const lines = [];
  if (harness) lines.push({label: 'harness alone', values: at_axis(harness), color: 'null', fill: 0.45, width: 0, format: duration});
  for (const {it, points} of curves) {
    lines.push({label: it.name, values: at_axis(points), color: color_name(it.slot), dash: dash(it.slot), width: it.reference ? 2.4 : 1.8, format: duration});
  }
  const all = lines.flatMap((line) => line.values).filter((value) => value !== null);
  const low = 10 ** Math.floor(Math.log10(Math.min(10, ...all)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(100, ...all)) + 0.02);
  const decades = Array.from({length: Math.round(Math.log10(high / low)) + 1}, (_, at) => low * 10 ** at);
  const marks = (u) => [0, Math.log10(2), 1, 2, 3, 4, 5, 6, 7, 8, 9].filter((x) => x >= u.scales.x.min && x <= u.scales.x.max);
  return {x: axis, lines, describe_x: quantile_text, y_scale: {distr: 3, range: [low, high]},
          x_axis: {splits: marks, values: (u, splits) => splits.map((x) => x === 0 ? '0 %' : quantile_text(x))},
          y_axis: {splits: () => decades, values: (u, splits) => splits.map((ns) => short(duration(ns)))}};
}

function so_what(model, call) {
  const known = model.allocators.filter((it) => !it.failed && is_number(it.result?.latency_ns?.[call]?.p999)).map((it) => ({it, p999: it.result.latency_ns[call].p999, max: it.result.latency_ns[call].max}));
  if (known.length === 0) return `No allocator has figures of ${call}.`;
  const best = known.reduce((a, b) => b.p999 < a.p999 ? b : a);
  const worst = known.reduce((a, b) => b.p999 > a.p999 ? b : a);
  const slowest = known.reduce((a, b) => b.max > a.max ? b : a);
  const few = known.every(({it}) => list(it.result.latency_ns[call].unresolved).includes('p999')) ? ' There were too few calls to tell more than that.' : '';
  const spread = best.it === worst.it ? `One ${call} in a thousand takes ${best.it.name} ${duration(best.p999)} or longer.`
    : `One ${call} in a thousand takes ${duration(best.p999)} or longer with ${best.it.name}, ${duration(worst.p999)} or longer with ${worst.it.name}.`;
  return `${spread} The slowest of all was ${duration(slowest.max)}, of ${slowest.it.name}.${few}`;
}

function figures(model, call) {
  const names = [...Object.keys(kNamed), 'max'];
  const rows = [...model.allocators.filter((it) => object(it.result?.latency_ns?.[call])).map((it) => [it.name, it.result.latency_ns[call]]),
                ...(object(model.null_row?.latency_ns?.[call]) ? [['(harness alone)', model.null_row.latency_ns[call]]] : [])];
  const cell = (latency, name) => (list(latency.unresolved).includes(name) ? '≤ ' : '') + duration(latency[name]);
  return text_table(`Latency of ${call}; ≤: no more than the clock itself, or too few calls to tell`, ['Allocator', 'calls', ...names.map((name) => name.replace(/^p(99)(9+)$/, 'p$1.$2'))],
    rows.map(([name, latency]) => [name, is_number(latency.count) ? latency.count.toLocaleString('en-US') : '–', ...names.map((id) => cell(latency, id))]));
}

const csv_rows = (model, calls) => [['allocator', 'call', 'quantile', 'ns'], ...calls.flatMap((call) => [...model.allocators.map((it) => [it.name, it.result]), ['null', model.null_row]].flatMap(([name, result]) => {
  const points = points_of(result, call);
  return points ? points.xs.map((x, at) => [name, call, 1 - 10 ** -x, points.ys[at]]) : [];
}))];

export function latency_section(model, state) {
  const title = 'Latency';
  const calls = calls_of(model);
  if (calls.length === 0) {
    return section('latency', title, missing('These results hold no latencies.', 'A replay with at least one latency round measures them: heapreel replay --json FILE REEL.'));
  }
  let call = calls[0];
  const lines = new LineChart({label: title, link: {state, event: 'quantile'}, make_plan: () => plan_of(model, state, call)});
  state.on('drawn', () => lines.rebuild());
  const said = h('span');
  const table_room = h('div');
  const choose = (id) => {
    call = id;
    said.textContent = so_what(model, call);
    table_room.replaceChildren(figures(model, call));
    lines.rebuild();
  };
  choose(call);
  return section('latency', title, chart({id: 'latency', plot: lines.element, so_what: said, figures: table_room, open_figures: !lines.drawing, csv: () => csv_rows(model, calls),
    controls: [choice('Call', calls.map((id) => ({id, text: id})), call, choose), legend(model, state)],
    how: 'at 99 %, one call in a hundred takes longer than the line’s height; each step to the right is ten times rarer, and the last point is the slowest call of all. Both axes are logarithmic. In the grey band the harness and its clock take the time, not the allocator: differences there mean nothing.'}));
}
