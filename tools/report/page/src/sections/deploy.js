// What to paste: the lines that make a program run on an allocator, with a button that copies them.
import {h} from '../dom.js';
import {list, object, text} from '../read.js';
import {section, missing} from '../section.js';

// Where the page may not use the clipboard, a selected text area still can be copied from.
async function copy(lines) {
  try {
    await navigator.clipboard.writeText(lines);
    return true;
  } catch {
    const area = h('textarea', {class: 'sr-only', 'aria-hidden': 'true'});
    area.value = lines;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

function card(name, lines) {
  const shown = lines.join('\n');
  const said = h('span', {class: 'said', role: 'status'});
  const button = h('button', {type: 'button', class: 'copy', 'aria-label': `Copy the lines for ${name}`}, 'Copy');
  button.addEventListener('click', async () => {
    said.textContent = await copy(shown) ? 'Copied' : 'Select the lines and copy them by hand';
    setTimeout(() => { said.textContent = ''; }, 4000);
  });
  return h('div', {class: 'deploy', 'data-deploy': name}, h('div', {class: 'deploy-head'}, h('h3', {}, name), said, button), h('pre', {tabindex: 0}, h('code', {}, shown)));
}

export function deploy_section(model) {
  const cards = list(model.verdict?.deploy).filter(object).map((it) => card(text(it.name), list(it.lines).map(text)));
  if (cards.length === 0) {
    return section('deploy', 'What to paste', missing('There are no lines to paste: the verdict names no allocator to deploy.',
      'heapreel replay with more rounds, or heapreel try, can make one.'));
  }
  const caution = model.verdict?.recommends === false
    ? 'No allocator is recommended; these lines only show how each would be used.' : 'In place of ./app, the program’s own command.';
  return section('deploy', 'What to paste', h('p', {class: 'how'}, caution), h('div', {class: 'cards'}, cards));
}
