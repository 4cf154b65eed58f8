// Lines over a common axis, drawn by uPlot: cursor by mouse, touch or arrow keys, a line of text that says what the cursor is on.
//
// `make_plan()` gives {x, lines, x_label, y_label, y_steps, y_log, x_ticks, describe_x} for what is to be drawn now; a
// line is {label, values, color, dash, width, fill, format, hidden_in_readout}. Colours are names of theme.css.
import uPlot from 'uplot';
import {css_color, h} from './dom.js';
import {keep_drawn} from './live_charts.js';

const kFont = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif';

export const can_draw = () => {
  const canvas = document.createElement('canvas');
  return typeof canvas.getContext === 'function' && canvas.getContext('2d') !== null;
};

function faded(name, share) {
  const color = css_color(name);
  return /^#[0-9a-f]{6}$/i.test(color) ? color + Math.round(share * 255).toString(16).padStart(2, '0') : color;
}

function series_of(line) {
  return {
    label: line.label,
    scale: 'y',
    stroke: line.width === 0 ? undefined : () => css_color(line.color),
    width: line.width ?? 1.8,
    dash: line.dash?.length ? line.dash : undefined,
    fill: line.fill ? () => faded(line.color, line.fill) : undefined,
    spanGaps: true,
    points: {show: false},
  };
}

function axis_of(plan, vertical, width) {
  return {
    scale: vertical ? 'y' : 'x',
    stroke: () => css_color('muted'),
    grid: {stroke: () => css_color('grid'), width: 1, show: vertical},
    ticks: {stroke: () => css_color('grid'), width: 1, size: 5},
    font: kFont,
    size: vertical ? 68 : 34,
    space: vertical ? 36 : width < 480 ? 64 : 84,
    ...(vertical ? plan.y_axis : plan.x_axis),
  };
}

function options_of(plan, width, cursor_moved) {
  return {
    width, height: width < 480 ? 240 : 320,
    padding: [12, 30, 0, 0],
    legend: {show: false},
    cursor: {y: false, drag: {x: true, y: false, setScale: true}, points: {size: 7, width: 0, fill: (u, at) => css_color(plan.lines[at - 1].color)},
             focus: {prox: -1}},
    scales: {x: {time: false, ...plan.x_scale}, y: plan.y_scale},
    axes: [axis_of(plan, false, width), axis_of(plan, true, width)],
    series: [{}, ...plan.lines.map(series_of)],
    hooks: {setCursor: [cursor_moved]},
  };
}

export class LineChart {
  // `link` is {state, event}: charts with the same event share their cursor.
  constructor({label, make_plan, link}) {
    this.make_plan = make_plan;
    this.link = link;
    this.readout = h('p', {class: 'readout', 'aria-live': 'polite'});
    this.room = h('div', {class: 'plot', tabindex: 0, role: 'group', 'aria-roledescription': 'chart', 'aria-label': `${label}. The arrow keys move the cursor.`});
    this.room.addEventListener('keydown', (event) => this.key(event));
    this.element = h('div', {class: 'line-chart'}, this.room, this.readout);
    if (!can_draw()) {
      this.room.replaceChildren(h('p', {class: 'missing no-canvas'}, 'This browser has no canvas to draw on. The figures are in the table below.'));
      this.room.removeAttribute('tabindex');
      return;
    }
    this.drawing = keep_drawn(this.room, (width) => this.draw(width));
    link?.state.on(link.event, ({from, x}) => { if (from !== this) this.point_at(x); });
  }

  rebuild() { this.drawing?.draw(true); }

  draw(width) {
    this.plot?.destroy();
    this.plan = this.make_plan();
    this.room.replaceChildren();
    const data = [this.plan.x, ...this.plan.lines.map((line) => line.values)];
    this.plot = new uPlot(options_of(this.plan, width, () => this.moved()), data, this.room);
    this.say(null);
  }

  // uPlot tells of every move, ours too; only the reader's are passed on.
  moved() {
    if (!this.plot || this.following) return;
    const at = this.plot.cursor.idx ?? null;
    this.say(at);
    this.link?.state.emit(this.link.event, {from: this, x: at === null ? null : this.plan.x[at]});
  }

  point_at(x) {
    if (!this.plot) return;
    this.following = true;
    const inside = x !== null && x >= this.plan.x[0] && x <= this.plan.x.at(-1);
    this.plot.setCursor(inside ? {left: this.plot.valToPos(x, 'x'), top: 10} : {left: -10, top: -10});
    this.following = false;
    this.say(inside ? this.plot.cursor.idx ?? null : null);
  }

  // A key moves by a fiftieth of the width, with Shift by one point.
  key(event) {
    if (!this.plot || event.ctrlKey || event.altKey || event.metaKey) return;
    const last = this.plan.x.length - 1;
    const at = this.plot.cursor.idx ?? null;
    const shown = this.plot.bbox.width / devicePixelRatio;
    const go = (step) => {
      if (at === null) return step > 0 ? 0 : last;
      if (event.shiftKey) return Math.min(last, Math.max(0, at + step));
      const left = this.plot.valToPos(this.plan.x[at], 'x') + step * shown / 50;
      const next = this.plot.posToIdx(Math.min(shown, Math.max(0, left)));
      return next === at ? Math.min(last, Math.max(0, at + step)) : next;
    };
    const next = {ArrowRight: () => go(1), ArrowLeft: () => go(-1), Home: () => 0, End: () => last}[event.key]?.();
    if (next !== undefined) this.plot.setCursor({left: this.plot.valToPos(this.plan.x[next], 'x'), top: 10});
    else if (event.key === 'Escape') this.plot.setCursor({left: -10, top: -10});
    else return;
    event.preventDefault();
  }

  say(at) {
    if (at === null) {
      this.readout.replaceChildren(h('span', {class: 'hint'}, 'Point at the chart, or focus it and use the arrow keys; drag to zoom, double-click to undo.'));
      return;
    }
    const values = this.plan.lines.filter((line) => !line.silent).map((line) => {
      const value = (line.shown ?? line.values)[at];
      return h('span', {class: 'value'}, h('i', {class: `dot ${line.color}`}), `${line.label} `, h('b', {}, line.format(value)), ' ');
    });
    this.readout.replaceChildren(h('span', {class: 'value'}, h('b', {}, this.plan.describe_x(this.plan.x[at])), ' '), ...values);
  }
}
