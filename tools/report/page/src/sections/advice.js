// Findings: what was seen, beside the threshold it exceeds, what it means and what to do.
import {h} from '../dom.js';
import {by_unit, is_number, listed} from '../format.js';
import {list, object, text} from '../read.js';
import {missing, section} from '../section.js';

const kWords = {act: 'Act', consider: 'Consider', note: 'Note'};
const kOrder = ['act', 'consider', 'note'];

function evidence_text(evidence) {
  const unit = text(evidence.unit);
  const known = ['ns', 'bytes', 'ratio', 'count', 's'].includes(unit);
  const value = is_number(evidence.value) ? by_unit(unit)(evidence.value) : text(evidence.value) || '–';
  return h('li', {}, `${text(evidence.name)}: `, h('b', {'data-evidence': text(evidence.name), 'data-value': is_number(evidence.value) ? evidence.value : null}, value, known || !unit ? '' : ` ${unit}`));
}

function finding(it) {
  const severity = kOrder.includes(it.severity) ? it.severity : 'note';
  const names = list(it.allocators).map(text).filter(Boolean);
  return h('article', {class: `finding ${severity}`, 'data-finding': text(it.id)},
    h('h3', {}, h('span', {class: 'severity'}, kWords[severity]), ' ', text(it.title) || 'A finding without a name'),
    names.length > 0 ? h('p', {class: 'concerns'}, `Concerns ${listed(names)}.`) : null,
    h('p', {}, text(it.meaning) || 'What it means is not said.'), text(it.action) ? h('p', {class: 'action'}, h('b', {}, 'What to do: '), text(it.action)) : null,
    h('ul', {class: 'evidence'}, list(it.evidence).filter(object).map(evidence_text), text(it.threshold) ? h('li', {class: 'threshold'}, 'Told from: ', text(it.threshold)) : null));
}

export function advice_section(model) {
  const title = 'Advice';
  if (!model.advice) return section('advice', title, missing('No advice was made for these results.', 'heapreel report makes it from a results.json of this version.'));
  if (model.advice.length === 0) return section('advice', title, h('p', {class: 'sentence'}, 'Nothing stands out: no finding passed its threshold.'));
  const place = (it) => kOrder.includes(it.severity) ? kOrder.indexOf(it.severity) : kOrder.length;
  const sorted = [...model.advice].sort((a, b) => place(a) - place(b));
  return section('advice', title, h('div', {class: 'findings'}, sorted.map(finding)));
}
