// The portrait of what the program asks of its allocator, whichever that is.
import {h} from '../dom.js';
import {bytes, count, is_number, percent} from '../format.js';
import {numbers, object} from '../read.js';
import {missing, section} from '../section.js';
import {frees_chart, size_by_lifetime_chart} from './objects_map.js';
import {lifetimes_chart, sizes_chart} from './histograms.js';
import {rate_chart} from './rate.js';

// Reallocs in a sentence: how many, how they went, how far chains grew.
function reallocs_sentence(reallocs) {
  if (!object(reallocs) || !is_number(reallocs.calls)) return null;
  if (reallocs.calls === 0) return 'No block was ever resized.';
  const grown = is_number(reallocs.grow) ? `, ${percent(reallocs.grow / reallocs.calls)} of them to grow` : '';
  const chain = is_number(reallocs.chain_length_max) ? `; one block was resized ${count(reallocs.chain_length_max)} times` : '';
  const copied = is_number(reallocs.bytes_could_copy) ? `; ${bytes(reallocs.bytes_could_copy)} would be copied if every growth moved its block` : '';
  return `${count(reallocs.calls)} calls of realloc${grown}${chain}${copied}.`;
}

function calls_list(calls) {
  const known = Object.entries(object(calls) ?? {}).filter(([, number]) => is_number(number) && number > 0).sort((a, b) => b[1] - a[1]);
  const total = numbers(known.map(([, number]) => number)).reduce((sum, number) => sum + number, 0);
  if (known.length === 0) return null;
  return h('ul', {class: 'facts calls', 'aria-label': 'Calls by kind'}, known.slice(0, 10).map(([name, number]) => h('li', {}, h('b', {}, name), ` ${count(number)} `, h('small', {}, `(${percent(number / total)})`))));
}

export function workload_section(model, state) {
  const {workload} = model;
  if (!workload) {
    return section('workload', 'The workload', missing('These results hold no portrait of the workload.', 'Replay the reel again with this version of heapreel.'));
  }
  const resized = reallocs_sentence(workload.reallocs);
  return section('workload', 'The workload', calls_list(workload.calls), resized ? h('p', {class: 'sentence'}, resized) : null,
    h('div', {class: 'pair'}, sizes_chart(workload), lifetimes_chart(workload)),
    h('div', {class: 'pair'}, size_by_lifetime_chart(workload), frees_chart(workload)), rate_chart(workload, state));
}
