// The checks a replay has to pass before its figures may be believed.
import {h} from '../dom.js';
import {is_number} from '../format.js';
import {object, text} from '../read.js';
import {missing, section} from '../section.js';
import {table} from '../table.js';

const kStates = {pass: ['✓', 'passed'], fail: ['✕', 'failed'], warning: ['!', 'warning'], skipped: ['–', 'skipped']};
const kMeanings = {
  losses: 'Did the recording lose events?',
  conservation: 'Did the replay make exactly the calls of the reel?',
  're-record': 'Is the replay, recorded itself, the same stream?',
  'live bytes': 'Were as many bytes alive as in the record?',
  'self-check': 'Does the replay give the program’s own memory back?',
  harness: 'Does the harness itself take no memory and little time?',
  pace: 'Were recorded times kept?',
};

export function gates_section(model) {
  const title = 'Fidelity';
  const gates = Object.entries(object(model.results.fidelity) ?? {}).filter(([, gate]) => object(gate));
  if (gates.length === 0) return section('gates', title, missing('These results do not say which checks they passed.', 'Replay the reel again with this version of heapreel.'));
  gates.sort(([, a], [, b]) => (is_number(a.gate) ? a.gate : 99) - (is_number(b.gate) ? b.gate : 99));
  const state_of = (gate) => kStates[gate.state] ? gate.state : 'skipped';
  const number = (state) => gates.filter(([, gate]) => state_of(gate) === state).length;
  const failed = gates.filter(([, gate]) => state_of(gate) === 'fail').map(([name]) => name);
  const said = failed.length > 0 ? `${failed.join(', ')} failed: the figures of this page are not to be relied on.`
    : `${number('pass')} of ${gates.length} checks passed, none failed${number('skipped') > 0 ? `, ${number('skipped')} could not be made` : ''}${number('warning') > 0 ? `, ${number('warning')} with a warning` : ''}.`;
  return section('gates', title, h('p', {class: 'so-what'}, said), table({caption: 'Checks of the replay', class: 'gates-table',
    columns: [{label: 'Check'}, {label: 'Question'}, {label: 'State'}, {label: 'Finding'}],
    rows: gates.map(([name, gate]) => ({class: `gate ${state_of(gate)}`, cells: [{text: name}, {text: kMeanings[name] ?? ''},
      {content: h('span', {class: `state ${state_of(gate)}`, 'data-gate': name, 'data-state': text(gate.state)}, h('span', {'aria-hidden': 'true'}, `${kStates[state_of(gate)][0]} `), kStates[state_of(gate)][1])}, {text: text(gate.text)}]}))}));
}
