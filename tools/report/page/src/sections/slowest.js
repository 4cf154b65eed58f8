// The slowest calls of each allocator: which they were, and when.
import {h} from '../dom.js';
import {bytes, count, duration, is_number} from '../format.js';
import {list, object, text} from '../read.js';
import {chart, choice, missing, section} from '../section.js';
import {table} from '../table.js';

const kChoicesMost = 8;
const calls_of = (it) => list(it.result?.slowest_calls).filter(object);

const kColumns = [['took', 'ns', duration], ['at', 't_ns', duration], ['call', 'call', text], ['size', 'size', bytes], ['thread', 'thread', count], ['round', 'round', count]];

function calls_table(it) {
  return table({caption: `The slowest calls of ${it.name}`, sortable: true, class: 'slowest-table',
    columns: [{label: '#', numeric: false}, ...kColumns.map(([label]) => ({label, numeric: label !== 'call'}))],
    rows: calls_of(it).map((call, place) => ({cells: [{text: String(place + 1), sort: place},
      ...kColumns.map(([, id, show]) => ({text: call[id] === undefined || call[id] === null ? '–' : show(call[id]), sort: call[id] ?? null,
                                          data: id === 'ns' ? {slowest: it.name, value: call[id]} : {}}))]}))});
}

// What the slowest calls have in common, if they do.
function so_what(it) {
  const calls = calls_of(it).filter((call) => is_number(call.ns));
  const groups = new Map();
  for (const call of calls) groups.set(text(call.call), (groups.get(text(call.call)) ?? 0) + 1);
  const [most, times] = [...groups].reduce((a, b) => b[1] > a[1] ? b : a, ['', 0]);
  const large = calls.filter((call) => call.size >= 128 * 1024).length;
  const first = calls.find((call) => call.ns === Math.max(...calls.map((other) => other.ns)));
  return `The slowest call of ${it.name} took ${duration(first.ns)}: ${text(first.call)}${is_number(first.size) ? ` of ${bytes(first.size)}` : ''}${is_number(first.t_ns) ? `, ${duration(first.t_ns)} into the record` : ''}. ` +
    `Of the ${calls.length} here, ${times} are ${most}${large > 0 ? ` and ${large} concern 128 KiB or more` : ''}.`;
}

export function slowest_section(model) {
  const able = model.interesting.filter((it) => calls_of(it).some((call) => is_number(call.ns)));
  if (able.length === 0) {
    return section('slowest', 'Slowest calls', missing('These results do not say which calls were the slowest.', 'Replay the reel again with this version of heapreel, with at least one latency round.'));
  }
  const room = h('div');
  const said = h('span');
  const show = (name) => {
    const it = able.find((one) => one.name === name);
    said.textContent = so_what(it);
    room.replaceChildren(calls_table(it));
  };
  show(able[0].name);
  const select = () => {
    const element = h('select', {'aria-label': 'Allocator'}, able.map((it) => h('option', {value: it.name}, it.name)));
    element.addEventListener('change', () => show(element.value));
    return element;
  };
  return section('slowest', 'Slowest calls', chart({id: 'slowest', plot: room, so_what: said,
    controls: able.length <= kChoicesMost ? choice('Allocator', able.map((it) => ({id: it.name, text: it.name})), able[0].name, show) : select(),
    csv: () => [['allocator', ...kColumns.map(([, id]) => id)], ...able.flatMap((it) => calls_of(it).map((call) => [it.name, ...kColumns.map(([, id]) => call[id])]))],
    how: 'single calls of the latency passes, the slowest first. One slow call may be the machine’s doing; the same call slow in several rounds, or many of one size, is the allocator’s.'}));
}
