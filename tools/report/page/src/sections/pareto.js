// Speed against memory: a cross for each allocator, as wide and as high as its intervals.
import {h, svg} from '../dom.js';
import {byte_label, kByteSteps, ticks} from '../axes.js';
import {bytes, duration, listed, ratio} from '../format.js';
import {figure} from '../model.js';
import {color, marker} from '../palette.js';
import {chart, choice, missing, section} from '../section.js';
import {label, scale, svg_chart, x_axis, y_axis} from '../svg_chart.js';
import {text_table} from '../table.js';

const kSpeed = 'ns_per_op_net';
const kMemory = {rss_peak_bytes: 'peak RSS', rss_mean_bytes: 'mean RSS'};
const kNamedMost = 12;

const points_of = (model, memory) => model.interesting.map((it) => ({it, x: figure(it, kSpeed), y: figure(it, memory)})).filter(({it, x, y}) => !it.failed && x && y);

// Those that no other one beats or equals in both.
export function front(points) {
  return points.filter((one) => !points.some((other) => other !== one && other.x.value <= one.x.value && other.y.value <= one.y.value &&
    (other.x.value < one.x.value || other.y.value < one.y.value))).sort((a, b) => a.x.value - b.x.value);
}

function range(points, axis) {
  const low = Math.min(...points.map((it) => it[axis].low ?? it[axis].value));
  const high = Math.max(...points.map((it) => it[axis].high ?? it[axis].value));
  const room = (high - low || high || 1) * 0.12;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

function cross({it, x, y}, across, up) {
  const paint = {stroke: color(it.slot), 'stroke-width': 1.6};
  return svg('g', {class: 'cross', 'data-point': it.name},
    svg('line', {x1: across(x.low), x2: across(x.high), y1: up(y.value), y2: up(y.value), ...paint}),
    svg('line', {x1: across(x.value), x2: across(x.value), y1: up(y.low), y2: up(y.high), ...paint}),
    svg('g', {transform: `translate(${across(x.value)} ${up(y.value)}) scale(1.25)`}, marker(it.slot)));
}

// Beside each point, moved down where another name already stands.
function names(points, across, up, plot) {
  const taken = [];
  return points.slice(0, kNamedMost).map(({it, x, y}) => {
    const wide = it.name.length * 7.2;
    const right = across(x.value) + 12 + wide < plot.right;
    const at = {x: right ? across(x.value) + 12 : across(x.value) - 12, y: up(y.value) - 9};
    const meets = () => taken.some((other) => Math.abs(other.y - at.y) < 15 && Math.abs(other.x - at.x) < wide + 14);
    for (let tries = 0; meets() && tries < 20; ++tries) at.y += 15;
    taken.push(at);
    return label(at.x, at.y, it.name, {class: 'name', 'text-anchor': right ? 'start' : 'end', fill: color(it.slot)});
  });
}

// The border beyond which every allocator lies: steps, since nothing between two allocators exists.
function front_path(best, across, up, plot) {
  let path = `M${across(best[0].x.value)},${plot.top}`;
  best.forEach(({x, y}, at) => { path += `V${up(y.value)}H${at + 1 < best.length ? across(best[at + 1].x.value) : plot.right}`; });
  return svg('path', {d: path, class: 'front'});
}

function drawing(points, memory) {
  const [x_low, x_high] = range(points, 'x');
  const [y_low, y_high] = range(points, 'y');
  const describe = `Time of a call against ${kMemory[memory]}: ${listed(points.map(({it, x, y}) => `${it.name} ${duration(x.value)} and ${bytes(y.value)}`))}`;
  return svg_chart({describe, height: (width) => width < 480 ? 320 : 400, draw: (plot) => {
    const across = scale(x_low, x_high, plot.left, plot.right);
    const up = scale(y_low, y_high, plot.bottom, plot.top);
    return [
      y_axis(plot, ticks(y_low, y_high, 6, kByteSteps), up, byte_label, `${kMemory[memory]} (less is better)`),
      x_axis(plot, ticks(x_low, x_high, plot.width < 480 ? 4 : 7), across, (value) => `${value} ns`, 'net time of a call (less is better)'),
      label(plot.left + 10, plot.bottom - 10, '↙ better', {class: 'better-corner'}),
      front_path(front(points), across, up, plot), points.map((point) => cross(point, across, up)), names(points, across, up, plot)];
  }});
}

function so_what(points, memory) {
  const fastest = points.reduce((a, b) => b.x.value < a.x.value ? b : a);
  const smallest = points.reduce((a, b) => b.y.value < a.y.value ? b : a);
  const best = front(points);
  const tie = (point, id) => point.it.reference ? ' (the reference)' : figure(point.it, id)?.tie === true ? ' (a tie with the reference)' : '';
  if (points.length === 1) return `Only ${points[0].it.name} was measured: ${duration(points[0].x.value)} a call, ${bytes(points[0].y.value)} ${kMemory[memory]}.`;
  if (fastest === smallest) {
    return `${fastest.it.name} has both the least time, ${duration(fastest.x.value)} a call${tie(fastest, kSpeed)}, and the least ${kMemory[memory]}, ${bytes(smallest.y.value)}${tie(smallest, memory)}.`;
  }
  return `${fastest.it.name} has the least time, ${duration(fastest.x.value)} a call${tie(fastest, kSpeed)}; ${smallest.it.name} the least ${kMemory[memory]}, ${bytes(smallest.y.value)}${tie(smallest, memory)}, ` +
    `at ${ratio(smallest.x.value / fastest.x.value)} that time. On the front: ${listed(best.map(({it}) => it.name))}.`;
}

const figures = (points, memory) => text_table('Speed and memory, with 95 % intervals', ['Allocator', 'net ns/call', 'low', 'high', kMemory[memory], 'low', 'high'],
  points.map(({it, x, y}) => [it.name, duration(x.value), duration(x.low), duration(x.high), bytes(y.value), bytes(y.low), bytes(y.high)]));

export function pareto_section(model) {
  const able = Object.keys(kMemory).filter((memory) => points_of(model, memory).length > 0);
  if (able.length === 0) {
    return section('pareto', 'Speed against memory', missing('No allocator has figures of both time and memory.', 'Replay again without --only, and with at least one round.'));
  }
  const rows = () => [['allocator', 'net_ns_per_call', 'low', 'high', 'memory', 'bytes', 'low', 'high'],
    ...able.flatMap((memory) => points_of(model, memory).map(({it, x, y}) => [it.name, x.value, x.low, x.high, memory, y.value, y.low, y.high]))];
  const room = h('div');
  const show = (memory) => {
    const points = points_of(model, memory);
    room.replaceChildren(chart({id: 'pareto', plot: drawing(points, memory), so_what: so_what(points, memory), figures: figures(points, memory), csv: rows,
      controls: able.length > 1 ? choice('Which memory', able.map((id) => ({id, text: kMemory[id]})), memory, show) : null,
      how: 'further left is faster, further down is smaller; each cross is as wide and high as its 95 % intervals. Right of and above the stepped line lies what another allocator beats in both. The axes need not start at zero.'}));
    if (room.isConnected) room.querySelector('[aria-pressed="true"]')?.focus();
  };
  show(able[0]);
  return section('pareto', 'Speed against memory', room);
}
