// Small drawings as SVG: axes, grid and titles around a function that draws inside. They print as sharp as text.
import {add, h, svg} from './dom.js';
import {keep_drawn} from './live_charts.js';

// {from, to, log}: values to pixels.
export function scale(low, high, from, to, log = false) {
  const map = log ? Math.log10 : (value) => value;
  const start = map(low);
  const span = map(high) - start || 1;
  return (value) => from + (map(value) - start) / span * (to - from);
}

export const label = (x, y, content, attributes) => svg('text', {x, y, ...attributes}, content);

export function x_axis(plot, ticks, place, text, title) {
  const at = plot.bottom;
  return svg('g', {class: 'axis'},
    svg('line', {x1: plot.left, x2: plot.right, y1: at, y2: at, class: 'base'}),
    ticks.map((tick) => [svg('line', {x1: place(tick), x2: place(tick), y1: at, y2: at + 5, class: 'base'}),
                         label(place(tick), at + 19, text(tick), {'text-anchor': 'middle'})]),
    title ? label((plot.left + plot.right) / 2, at + 38, title, {'text-anchor': 'middle', class: 'title'}) : null);
}

export function y_axis(plot, ticks, place, text, title) {
  return svg('g', {class: 'axis'},
    ticks.map((tick) => [svg('line', {x1: plot.left, x2: plot.right, y1: place(tick), y2: place(tick), class: 'grid'}),
                         label(plot.left - 8, place(tick) + 4, text(tick), {'text-anchor': 'end'})]),
    title ? label(plot.left - 4, plot.top - 10, title, {class: 'title', 'text-anchor': 'start'}) : null);
}

// `draw({width, left, right, top, bottom})` gives the children. The drawing is one image to a screen reader.
export function svg_chart({describe, height = () => 300, margins, draw}) {
  const room = h('div', {class: 'plot drawing'});
  keep_drawn(room, (width) => {
    const tall = height(width);
    const space = {left: 70, right: 16, top: 26, bottom: 46, ...(typeof margins === 'function' ? margins(width) : margins)};
    const plot = {width, left: space.left, right: width - space.right, top: space.top, bottom: tall - space.bottom};
    const image = svg('svg', {width, height: tall, viewBox: `0 0 ${width} ${tall}`, role: 'img', 'aria-label': describe});
    room.replaceChildren(add(image, draw(plot)));
  });
  return room;
}
