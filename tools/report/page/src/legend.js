// Which allocators are drawn: a button each for those of interest, and a list of the others.
import {h} from './dom.js';
import {swatch} from './palette.js';

const kButtons = 8;

function toggle_button(it, state) {
  const button = h('button', {type: 'button', class: 'line-toggle', 'aria-pressed': String(state.drawn.has(it.name))},
    swatch(it.slot), it.name, it.reference ? h('small', {}, ' reference') : null);
  button.addEventListener('click', () => state.toggle(it.name));
  return button;
}

// Every chart has its own copy; all say the same.
export function legend(model, state) {
  const element = h('div', {class: 'legend', role: 'group', 'aria-label': 'Allocators drawn'});
  const able = model.interesting.filter((it) => !it.failed);
  const show = () => {
    const had_focus = element.contains(document.activeElement) ? document.activeElement.textContent : null;
    const first = able.slice(0, kButtons);
    const chosen = able.slice(kButtons).filter((it) => state.drawn.has(it.name));
    const others = able.slice(kButtons).filter((it) => !state.drawn.has(it.name));
    element.replaceChildren(...[...first, ...chosen].map((it) => toggle_button(it, state)));
    if (others.length > 0) {
      const select = h('select', {'aria-label': 'Draw another allocator'}, h('option', {value: ''}, `${others.length} others …`),
        others.map((it) => h('option', {value: it.name}, it.name)));
      select.addEventListener('change', () => { if (select.value) state.toggle(select.value); });
      element.append(select);
    }
    if (had_focus) [...element.querySelectorAll('button')].find((button) => button.textContent === had_focus)?.focus();
  };
  state.on('drawn', show);
  show();
  return element;
}
