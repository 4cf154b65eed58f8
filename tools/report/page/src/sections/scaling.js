// How each allocator goes with the number of threads: one point a run.
import {h} from '../dom.js';
import {count, count_short, is_number, listed, ratio} from '../format.js';
import {swatch} from '../palette.js';
import {list, object, text} from '../read.js';
import {chart, missing, section} from '../section.js';
import {text_table} from '../table.js';
import {steps_chart} from './steps_chart.js';

const kLinesMost = 8;
const threads_of = (model) => model.reel.threads;

// Runs by ascending thread count, the first of each count.
function steps_of(models) {
  const by_count = new Map();
  for (const model of models) if (is_number(threads_of(model)) && !by_count.has(threads_of(model))) by_count.set(threads_of(model), model);
  return [...by_count.values()].sort((a, b) => threads_of(a) - threads_of(b));
}

function lines_of(steps, model) {
  return model.interesting.slice(0, kLinesMost).map((it) => ({name: it.name, slot: it.slot, points: steps.flatMap((step, x) => {
    const metric = object(step.allocators.find((other) => other.name === it.name)?.result?.ops_per_s);
    return metric && is_number(metric.median) ? [{x, value: metric.median, low: list(metric.ci95)[0], high: list(metric.ci95)[1]}] : [];
  })})).filter((line) => line.points.length > 1);
}

export const key = (lines) => h('div', {class: 'legend key'}, lines.map((line) => h('span', {}, swatch(line.slot), line.name)));

export function scaling_section(model, models) {
  const title = 'Scaling with threads';
  const steps = steps_of(models);
  const lines = steps.length > 1 ? lines_of(steps, model) : [];
  if (lines.length === 0) {
    return section('scaling', title, missing('There is nothing to compare: all results here are of one number of threads.',
      'Record the program at several thread counts, replay each, and give all results to heapreel report.'));
  }
  const [first, last] = [threads_of(steps[0]), threads_of(steps.at(-1))];
  const gains = lines.filter((line) => line.points[0].x === 0 && line.points.at(-1).x === steps.length - 1).map((line) => ({line, gain: line.points.at(-1).value / line.points[0].value}));
  const best = gains.length > 0 ? gains.reduce((a, b) => b.gain > a.gain ? b : a) : null;
  const worst = gains.length > 0 ? gains.reduce((a, b) => b.gain < a.gain ? b : a) : null;
  const so_what = best ? `From ${count(first)} to ${count(last)} threads the calls per second become ${ratio(best.gain)} with ${best.line.name}${worst === best ? '' : `, ${ratio(worst.gain)} with ${worst.line.name}`}.`
    : `The results are of ${listed(steps.map((step) => count(threads_of(step))))} threads.`;
  const rows = lines.map((line) => [line.name, ...steps.map((_, x) => { const point = line.points.find((it) => it.x === x); return point ? `${count_short(point.value)}/s` : '–'; })]);
  return section('scaling', title, chart({id: 'scaling', so_what, controls: key(lines),
    plot: steps_chart({describe: `Calls per second by number of threads. ${so_what}`, lines, x_names: steps.map((step) => count(threads_of(step))), x_title: 'threads', y_title: 'calls per second (more is better)', show: count_short, from_zero: true}),
    how: 'one point for each recording; a line that climbs as fast as the threads grow in number scales perfectly. The recordings are different streams, so that only the lines’ distances compare allocators.',
    figures: text_table('Calls per second', ['Allocator', ...steps.map((step) => `${count(threads_of(step))} threads`)], rows),
    csv: () => [['allocator', 'threads', 'reel', 'ops_per_s', 'low', 'high'], ...lines.flatMap((line) => line.points.map((it) => [line.name, threads_of(steps[it.x]), text(steps[it.x].reel.path), it.value, it.low, it.high]))]}));
}
