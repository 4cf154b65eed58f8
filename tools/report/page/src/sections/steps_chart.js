// A few measured points per allocator with their intervals, joined by lines: over thread counts, or over commits.
import {svg} from '../dom.js';
import {ticks} from '../axes.js';
import {color, dash, marker} from '../palette.js';
import {scale, svg_chart, x_axis, y_axis} from '../svg_chart.js';

// lines: [{name, slot, points: [{x, value, low, high}]}]; `x_names[x]` stands under place x.
export function steps_chart({describe, lines, x_names, x_title, y_title, show, steps, from_zero = false}) {
  const points = lines.flatMap((line) => line.points);
  const lowest = Math.min(...points.map((it) => it.low ?? it.value));
  const highest = Math.max(...points.map((it) => it.high ?? it.value));
  const room = (highest - lowest || Math.abs(highest) || 1) * 0.1;
  const [low, high] = [from_zero ? 0 : Math.max(lowest >= 0 ? 0 : -Infinity, lowest - room), highest + room];
  return svg_chart({describe, height: (width) => width < 480 ? 260 : 320, draw: (plot) => {
    const across = scale(0, Math.max(1, x_names.length - 1), plot.left + 16, plot.right - 24);
    const up = scale(low, high, plot.bottom, plot.top);
    const every = Math.max(1, Math.ceil(x_names.length * 70 / (plot.right - plot.left)));
    const shown = x_names.map((_, at) => at).filter((at) => at % every === 0 || at === x_names.length - 1 && at % every > every / 2);
    return [
      y_axis(plot, ticks(low, high, 6, steps), up, show, y_title), x_axis(plot, shown, across, (at) => x_names[at], x_title),
      lines.map((line) => svg('g', {class: 'steps', 'data-line': line.name},
        svg('polyline', {points: line.points.map((it) => `${across(it.x)},${up(it.value)}`).join(' '), fill: 'none', stroke: color(line.slot), 'stroke-width': 1.8, 'stroke-dasharray': dash(line.slot).join(' ')}),
        line.points.map((it) => [svg('line', {x1: across(it.x), x2: across(it.x), y1: up(it.low ?? it.value), y2: up(it.high ?? it.value), stroke: color(line.slot), 'stroke-width': 1.4}),
          svg('g', {transform: `translate(${across(it.x)} ${up(it.value)})`}, svg('title', {}, `${line.name}, ${x_names[it.x]}: ${show(it.value)}`), marker(line.slot))]))),
    ];
  }});
}
