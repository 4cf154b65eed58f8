// Sizes and lifetimes: bars upward for objects, downward for the bytes they take.
import {svg} from '../dom.js';
import {bytes, count, count_short, duration, is_number, percent, short} from '../format.js';
import {list, numbers, object} from '../read.js';
import {chart, missing} from '../section.js';
import {label, svg_chart} from '../svg_chart.js';
import {text_table} from '../table.js';

const sum = (values) => values.reduce((total, value) => total + value, 0);

// Bins {name, objects, bytes} into a drawing.
function butterfly({describe, bins}) {
  return svg_chart({describe, height: (width) => width < 480 ? 260 : 300, margins: {left: 56, right: 8, top: 18, bottom: 18}, draw: (plot) => {
    const totals = {objects: sum(bins.map((bin) => bin.objects)) || 1, bytes: sum(bins.map((bin) => bin.bytes)) || 1};
    const most = Math.max(...bins.flatMap((bin) => [bin.objects / totals.objects, bin.bytes / totals.bytes])) || 1;
    const middle = (plot.top + plot.bottom) / 2;
    const room = (plot.bottom - plot.top) / 2 - 13;
    const step = (plot.right - plot.left) / bins.length;
    const every = Math.max(1, Math.ceil((plot.width < 480 ? 62 : 66) / step));
    const bar = (at, share, up, name) => svg('rect', {class: `bar ${name}`, x: plot.left + at * step + step * 0.08, width: Math.max(1, step * 0.84),
      y: up ? middle - 13 - share / most * room : middle + 13, height: Math.max(share > 0 ? 1 : 0, share / most * room)});
    return [
      [most, most / 2].flatMap((share) => [middle - 13 - share / most * room, middle + 13 + share / most * room].map((y) => [
        svg('line', {class: 'grid', x1: plot.left, x2: plot.right, y1: y, y2: y}),
        label(plot.left - 8, y + 4, percent(share), {class: 'tick', 'text-anchor': 'end'})])),
      bins.map((bin, at) => svg('g', {}, svg('title', {}, `${bin.name}: ${count(bin.objects)} objects, ${bytes(bin.bytes)}`),
        bar(at, bin.objects / totals.objects, true, 'objects'), bar(at, bin.bytes / totals.bytes, false, 'bytes'),
        (at % every === 0 && !(bins.at(-1).special && bins.length - at < every * 0.75 + 3)) || bin.special ? label(plot.left + (at + 0.5) * step, middle + 4, bin.short ?? bin.name, {class: 'tick', 'text-anchor': bin.special ? 'end' : 'middle'}) : null)),
      label(plot.left + 4, plot.top - 4, '↑ share of objects', {class: 'title'}), label(plot.left + 4, plot.bottom + 14, '↓ share of bytes', {class: 'title'}),
    ];
  }});
}

// The bin below which `share` of the values lie.
function quantile(bins, field, share) {
  const total = sum(bins.map((bin) => bin[field]));
  let seen = 0;
  return bins.find((bin) => (seen += bin[field]) >= total * share) ?? bins.at(-1);
}

const table_of = (caption, what, bins) => text_table(caption, [what, 'objects', 'bytes'], bins.filter((bin) => bin.objects > 0 || bin.bytes > 0)
  .map((bin) => [bin.name, count(bin.objects), bytes(bin.bytes)]));

const csv_of = (what, bins) => [[what, 'objects', 'bytes'], ...bins.map((bin) => [bin.key, bin.objects, bin.bytes])];

export function sizes_chart(workload) {
  const sizes = object(workload?.sizes);
  const edges = numbers(sizes?.max_bytes);
  if (edges.length === 0) return missing('The sizes of objects are not in these results.', 'Replay the reel again with this version of heapreel.');
  const bins = edges.map((edge, at) => ({key: edge, name: `up to ${bytes(edge)}`, short: short(bytes(edge)), objects: list(sizes.births)[at] ?? 0, bytes: list(sizes.bytes)[at] ?? 0}));
  const so_what = `Half of all objects have ${bytes(quantile(bins, 'objects', 0.5).key)} or less, 99 % have ${bytes(quantile(bins, 'objects', 0.99).key)} or less; half of all bytes go to objects of ${bytes(quantile(bins, 'bytes', 0.5).key)} or less.`;
  return chart({id: 'sizes', title: 'Sizes', so_what, plot: butterfly({bins, describe: `Histogram of sizes. ${so_what}`}), figures: table_of('Objects and bytes by size', 'Size', bins),
    csv: () => csv_of('size_max_bytes', bins), how: 'each bar is the objects of a quarter of an octave of sizes: upward their share of all objects, downward of all bytes that were asked for. Bins without objects at either end are left out.'});
}

export function lifetimes_chart(workload) {
  const lifetimes = object(workload?.lifetimes);
  const edges = numbers(lifetimes?.max_ns);
  if (edges.length === 0) return missing('The lifetimes of objects are not in these results.', 'Replay the reel again with this version of heapreel.');
  const bins = edges.map((edge, at) => ({key: edge, name: `up to ${duration(edge)}`, short: short(duration(edge)), objects: list(lifetimes.objects)[at] ?? 0, bytes: list(lifetimes.bytes)[at] ?? 0}));
  const never = {key: 'never freed', name: 'never freed', short: 'never', special: true, objects: lifetimes.never_freed_objects ?? 0, bytes: lifetimes.never_freed_bytes ?? 0};
  const objects = sum(bins.map((bin) => bin.objects));
  const kept = is_number(lifetimes.never_freed_objects) ? ` ${count_short(never.objects)} objects (${percent(never.objects / (objects + never.objects || 1))}) with ${bytes(never.bytes)} were never freed in the record.` : '';
  const so_what = `Of the objects that were freed, half lived ${duration(quantile(bins, 'objects', 0.5).key)} or less, 99 % ${duration(quantile(bins, 'objects', 0.99).key)} or less.${kept}`;
  const all = [...bins, never];
  return chart({id: 'lifetimes', title: 'Lifetimes', so_what, plot: butterfly({bins: all, describe: `Histogram of lifetimes. ${so_what}`}), figures: table_of('Objects and bytes by lifetime', 'Lifetime', all),
    csv: () => csv_of('lifetime_max_ns', all), how: 'each bar is the objects that lived about as long, in recorded time: upward their share of all objects, downward of all bytes. The last bar is what was still alive at the end.'});
}
