// Resident memory over the time of the record: a line for each allocator over what the program had asked for.
//
// With the program's own memory known, the lines can be set on it, so that they compare with what the program itself had.
import {h} from '../dom.js';
import {byte_label, kByteSteps, kTimeSteps, time_label} from '../axes.js';
import {common_axis, maximum, values_at} from '../curves.js';
import {bytes, is_number, percent, ratio} from '../format.js';
import {legend} from '../legend.js';
import {LineChart} from '../line_chart.js';
import {drawn, figure} from '../model.js';
import {color_name, dash} from '../palette.js';
import {numbers, object} from '../read.js';
import {chart, choice, missing, section} from '../section.js';
import {text_table} from '../table.js';

export const curve_of = (timeline, name) => {
  const columns = object(timeline);
  const xs = numbers(columns?.t_ns);
  const ys = numbers(columns?.[name]);
  return xs.length > 1 && xs.length === ys.length ? {xs, ys} : null;
};

export const with_timeline = (model) => model.interesting.filter((it) => !it.failed && curve_of(it.result?.timeline, 'rss_bytes'));

// Any allocator's: they replay the same stream. The reference's comes first.
export const live_curve = (model) => with_timeline(model).map((it) => curve_of(it.result.timeline, 'live_bytes')).find(Boolean) ?? null;

export function time_axis_plan(axis) {
  const span = axis.at(-1) - axis[0];
  return {x: axis, describe_x: (x) => time_label(x, span),
          x_axis: {incrs: kTimeSteps, values: (u, splits) => splits.map((value) => time_label(value, u.scales.x.max - u.scales.x.min))}};
}

const byte_axis = {incrs: kByteSteps, values: (u, splits) => splits.map(byte_label)};

// What a replay has before its first call belongs to the harness; the program has its own memory instead.
function own_memory(model, axis) {
  const base = curve_of(model.program?.timeline, 'non_malloc_bytes');
  if (!base) return null;
  const harness = model.null_row?.rss_base_bytes?.median;
  const values = values_at(axis, base.xs, base.ys);
  const last = values.findLastIndex((value) => value !== null);
  const first = values.findIndex((value) => value !== null);
  return {harness: is_number(harness) ? harness : 0,
          values: values.map((value, at) => value ?? (at < first ? values[first] : values[last]))};
}

const plus = (values, others, less = 0) => values.map((value, at) => value === null ? null : Math.max(0, value - less) + others[at]);

function plan_of(model, state, in_program) {
  const live = live_curve(model);
  const program = curve_of(model.program?.timeline, 'rss_bytes');
  const rows = drawn(model, state).filter((it) => curve_of(it.result?.timeline, 'rss_bytes'));
  const curves = rows.map((it) => ({it, ...curve_of(it.result.timeline, 'rss_bytes')}));
  const axis = common_axis([...with_timeline(model).slice(0, 8).map((it) => curve_of(it.result.timeline, 'rss_bytes').xs), ...curves.map((it) => it.xs), program?.xs ?? []]);
  const own = in_program ? own_memory(model, axis) : null;
  const lines = [];
  if (live) {
    const values = values_at(axis, live.xs, live.ys);
    lines.push({label: own ? 'live bytes on it' : 'live bytes', values: own ? plus(values, own.values) : values, color: 'live', fill: 0.34, width: 0, format: bytes});
  }
  if (own) lines.push({label: 'program’s other memory', values: own.values, color: 'base', fill: 0.5, width: 0, format: bytes});
  for (const {it, xs, ys} of curves) {
    const values = values_at(axis, xs, ys);
    lines.push({label: it.name, values: own ? plus(values, own.values, own.harness) : values, color: color_name(it.slot), dash: dash(it.slot), width: it.reference ? 2.4 : 1.8, format: bytes});
  }
  if (program && (own || !in_program)) {
    lines.push({label: 'the program itself', values: values_at(axis, program.xs, program.ys), color: 'ink', dash: [6, 4], width: 2, format: bytes});
  }
  const high = Math.max(1, ...lines.map((line) => maximum(line.values)));
  return {...time_axis_plan(axis), lines, y_axis: byte_axis, y_scale: {range: [0, high * 1.06]}};
}

function peak_sentence(model, live) {
  const known = with_timeline(model).map((it) => ({it, peak: figure(it, 'rss_peak_bytes')})).filter(({peak}) => peak);
  if (known.length === 0) return `Live bytes peak at ${bytes(maximum(live?.ys ?? [0]))}.`;
  const least = known.reduce((a, b) => b.peak.value < a.peak.value ? b : a);
  const most = known.reduce((a, b) => b.peak.value > a.peak.value ? b : a);
  const asked = live ? ` Live bytes peak at ${bytes(maximum(live.ys))}.` : '';
  if (least.it === most.it) return `${least.it.name} peaks at ${bytes(least.peak.value)}.${asked}`;
  return `Peaks reach from ${bytes(least.peak.value)} (${least.it.name}) to ${bytes(most.peak.value)} (${most.it.name}), ${ratio(most.peak.value / least.peak.value)} as much.${asked}`;
}

// How well the reference's replay, set on the program's other memory, gives the program's own peak.
function seen_self_check(model) {
  const check = object(model.results.selfcheck?.figures?.rss_peak_bytes);
  if (!check || !is_number(check.predicted) || !is_number(check.real)) return '';
  return ` The program itself peaked at ${bytes(check.real)}; its replay gives ${bytes(check.predicted)}, ${percent(Math.abs(check.predicted / check.real - 1))} off.`;
}

const figures = (model) => text_table('Resident memory', ['Allocator', 'peak', 'mean', 'end', 'before the first call'], with_timeline(model).map((it) => [it.name,
  ...['rss_peak_bytes', 'rss_mean_bytes', 'rss_end_bytes', 'rss_base_bytes'].map((id) => bytes(it.result[id]?.median))]));

function csv_rows(model) {
  const rows = [['line', 't_ns', 'rss_bytes', 'live_bytes', 'non_malloc_bytes']];
  const put = (name, timeline) => object(timeline)?.t_ns?.forEach((t, at) =>
    rows.push([name, t, timeline.rss_bytes?.[at], timeline.live_bytes?.[at], timeline.non_malloc_bytes?.[at]]));
  for (const it of with_timeline(model)) put(it.name, it.result.timeline);
  put('the program itself', model.program?.timeline);
  return rows;
}

export function rss_section(model, state) {
  const title = 'Resident memory over time';
  if (with_timeline(model).length === 0) {
    return section('rss', title, missing('These results hold no timeline of memory.', 'A replay with its memory pass makes one: heapreel replay --json FILE REEL.'));
  }
  const live = live_curve(model);
  const has_program = curve_of(model.program?.timeline, 'rss_bytes') !== null;
  const has_own = curve_of(model.program?.timeline, 'non_malloc_bytes') !== null;
  let in_program = has_own;
  const lines = new LineChart({label: title, link: {state, event: 'time'}, make_plan: () => plan_of(model, state, in_program)});
  state.on('drawn', () => lines.rebuild());
  const where = has_own ? choice('Where the lines stand', [{id: 'program', text: 'In the program'}, {id: 'replay', text: 'Replay alone'}], 'program',
    (id) => { in_program = id === 'program'; lines.rebuild(); }) : null;
  const dashed = has_program ? ' The dashed line is the program itself as it was recorded: where the reference’s line lies on it, the replay is to be believed.'
    : ' The program’s own line is missing: the reel holds no samples of its memory; heapreel record takes them.';
  const base = has_own ? ' The grey band at the bottom is what the program has beside its allocator’s memory; everything else stands on it.' : '';
  return section('rss', title, chart({id: 'rss', plot: lines.element, controls: [legend(model, state), where], figures: figures(model), open_figures: !lines.drawing,
    csv: () => csv_rows(model), so_what: peak_sentence(model, live) + seen_self_check(model),
    how: h('span', {}, `a line is what an allocator holds resident at each moment of the record; the grey area is what the program had asked for and not yet given back. The distance between is the allocator’s overhead.${base}${dashed}`)}));
}
