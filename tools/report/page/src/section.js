// The frame of a section and of a chart: what it is, how to read it, what it says, its figures as a table and as CSV.
import {h} from './dom.js';
import {csv_button} from './csv.js';

export const section = (id, title, ...children) =>
  h('section', {id, 'aria-labelledby': `${id}-title`}, h('h2', {id: `${id}-title`}, title), children);

// In place of what cannot be shown: why, and how to get it.
export const missing = (why, how) => h('p', {class: 'missing'}, why, ' ', how);

// `plot` is an element. `so_what` is a sentence computed from the data, or a function that makes it anew; `figures` is
// a table element, the chart's text alternative.
export function chart({id, title, how, so_what, plot, controls, figures, csv, open_figures}) {
  return h('figure', {class: 'chart', id: `chart-${id}`, 'data-chart': id},
    title ? h('h3', {}, title) : null,
    so_what ? h('p', {class: 'so-what'}, so_what) : null,
    h('p', {class: 'how'}, h('b', {}, 'How to read: '), how),
    controls ? h('div', {class: 'controls'}, controls) : null,
    plot,
    h('div', {class: 'below'},
      figures ? h('details', {open: open_figures}, h('summary', {}, 'Figures as a table'), figures) : null,
      csv ? csv_button(`heapreel-${id}`, csv) : null));
}

// Buttons of which one is pressed.
export function choice(label, options, chosen, choose) {
  const buttons = options.map(({id, text, content}) => {
    const button = h('button', {type: 'button', 'aria-pressed': String(id === chosen), 'data-choice': id}, content ?? text);
    button.addEventListener('click', () => {
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
      choose(id);
    });
    return button;
  });
  return h('div', {class: 'choice', role: 'group', 'aria-label': label}, buttons);
}
