// Light, dark, or as the system has it. The choice is kept for the page as long as the browser lets it.
import {h} from './dom.js';
import {draw_all} from './live_charts.js';

const kThemes = [['auto', 'Auto'], ['light', 'Light'], ['dark', 'Dark']];
const kKey = 'heapreel-theme';

// A file opened from disk may have no storage.
function kept() {
  try { return localStorage.getItem(kKey); } catch { return null; }
}

function keep(theme) {
  try { localStorage.setItem(kKey, theme); } catch { /* it holds for this visit only */ }
}

function apply(theme) {
  if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme);
  draw_all();
}

export function theme_switch() {
  const start = kThemes.some(([id]) => id === kept()) ? kept() : 'auto';
  apply(start);
  const buttons = kThemes.map(([id, label]) => {
    const button = h('button', {type: 'button', 'aria-pressed': String(id === start), 'data-theme-choice': id}, label);
    button.addEventListener('click', () => {
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
      keep(id);
      apply(id);
    });
    return button;
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw_all);
  return h('div', {class: 'choice theme', role: 'group', 'aria-label': 'Colours'}, buttons);
}
