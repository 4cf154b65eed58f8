// The answer: headline, how far to trust it, the table of all allocators, and what was not measured.
import {h, hidden_text} from '../dom.js';
import {by_unit, count, duration, is_number, percent, ratio, reach, tidy} from '../format.js';
import {figure} from '../model.js';
import {list, text} from '../read.js';
import {section} from '../section.js';
import {table} from '../table.js';
import {predictions} from './predictions.js';

const kLevels = {
  green: ['●', 'Self-check green', 'the replay under the program’s own allocator gives the program’s own memory back'],
  yellow: ['▲', 'Self-check yellow', 'predictions for the program are rough'],
  red: ['■', 'Self-check red', 'the replay does not give the program’s own memory back: nothing is predicted'],
  refused: ['■', 'Prediction refused', 'what the program does depends on its allocator’s speed'],
  replay: ['○', 'Replay only', 'figures are the replay’s own; nothing was predicted for the program'],
};

function level_badge(level) {
  const [sign, word, meaning] = kLevels[level] ?? kLevels.replay;
  return h('p', {class: `level ${level in kLevels ? level : 'replay'}`, 'data-level': level},
    h('span', {class: 'sign', 'aria-hidden': 'true'}, sign), h('b', {}, word), ` – ${meaning}.`);
}

// Against the reference: nothing, a tie, or a ratio that is better or worse.
function versus(metric, better) {
  const estimate = metric.ratio;
  const spread = reach(estimate);
  const middle = estimate && is_number(estimate.median) ? ratio(estimate.median) : '';
  if (metric.tie === true) {
    return h('small', {class: 'versus tie'}, h('span', {'aria-hidden': 'true'}, '~ '), hidden_text('tie, '), middle || 'tie');
  }
  if (!middle) return null;
  const good = better === 'more' ? estimate.median > 1 : estimate.median < 1;
  const known = metric.tie === false;
  return h('small', {class: `versus ${known ? good ? 'better' : 'worse' : ''}`, title: spread === null ? null : `± ${percent(spread)}`},
    middle, known ? hidden_text(good ? ', better' : ', worse') : null);
}

function metric_cell(row, column) {
  const metric = figure(row, column.id);
  if (!metric) return {text: '–', sort: null};
  const show = by_unit(column.unit);
  const spread = reach(metric);
  return {
    content: [h('span', {class: 'main', title: `${show(metric.low)} to ${show(metric.high)}`}, show(metric.value)),
              row.reference ? h('small', {class: 'versus base'}, spread ? `± ${percent(spread)}` : '') : versus(metric, column.better)],
    sort: metric.value,
    data: {metric: column.id, allocator: row.name, value: metric.value},
  };
}

function name_cell(row) {
  return {
    sort: row.name,
    content: [h('span', {class: 'who'}, row.name,
        row.pareto ? h('span', {class: 'pareto', title: 'Pareto-best: no other is both faster and smaller'}, ' ◆', hidden_text(' Pareto-best')) : null),
      h('span', {class: 'tags'}, row.reference ? h('small', {class: 'tag plain'}, 'reference') : null,
        row.best.map((what) => h('small', {class: 'tag'}, `best ${what}`))),
      row.failed ? h('small', {class: 'failed'}, `failed: ${row.failed}`) : null],
  };
}

function verdict_row(row, columns) {
  const cells = [name_cell(row), ...columns.map((column) => metric_cell(row, column))];
  return {class: [row.reference ? 'reference' : '', row.pareto ? 'on-front' : '', row.failed ? 'failed-row' : ''].join(' ').trim() || null, cells};
}

function facts(model) {
  const {reel, machine, config} = model;
  const parts = [
    is_number(reel.calls) ? `${count(reel.calls)} calls` : null,
    is_number(reel.threads) ? `${count(reel.threads)} ${reel.threads === 1 ? 'thread' : 'threads'}` : null,
    is_number(reel.duration_ns) ? `${duration(reel.duration_ns)} recorded` : null,
    is_number(config.rounds) ? `${config.rounds} ${config.rounds === 1 ? 'round' : 'rounds'}${config.quick ? ', quick' : ''}` : null,
    text(machine.cpu) ? `${machine.cpu}${is_number(machine.cores) ? `, ${machine.cores} cores` : ''}` : null,
  ].filter(Boolean);
  return h('ul', {class: 'facts'}, parts.map((part) => h('li', {}, part)));
}

function column_notes(columns) {
  return h('details', {class: 'notes'}, h('summary', {}, 'What the columns and signs mean'),
    h('dl', {}, columns.map((column) => [h('dt', {}, text(column.label)), h('dd', {}, `${text(column.what)}; ${column.better === 'more' ? 'more' : 'less'} is better`)]),
      h('dt', {}, '~'), h('dd', {}, 'a tie: no difference from the reference may be claimed'),
      h('dt', {}, '◆'), h('dd', {}, 'Pareto-best: no other allocator is better in both speed and memory'),
      h('dt', {}, '0.85×'), h('dd', {}, 'ratio to the reference, paired round by round where rounds are paired; the figure’s own interval shows when it is pointed at'),
      h('dt', {}, '± 3 %'), h('dd', {}, 'half the width of the 95 % interval')));
}

export function verdict_section(model) {
  const verdict = model.verdict ?? {};
  const columns = [{label: 'Allocator'}, ...model.columns.map((column) => ({label: text(column.label), numeric: true, title: text(column.what)}))];
  const not_measured = list(verdict.not_measured).map(text).filter(Boolean);
  return section('verdict', 'Verdict',
    h('p', {class: 'headline'}, tidy(text(verdict.headline)) || 'No verdict was made for these results; the figures stand for themselves.'),
    level_badge(text(verdict.level) || 'replay'),
    list(verdict.sentences).map((sentence) => h('p', {class: 'sentence'}, tidy(text(sentence)))),
    verdict.recommends === false ? h('p', {class: 'no-recommendation'}, 'No allocator is recommended.') : null,
    facts(model),
    predictions(model),
    table({caption: `Measured in the replay, against ${model.reference || 'no reference'}`, sortable: true, class: 'verdict-table', columns,
           rows: model.allocators.map((row) => verdict_row(row, model.columns))}),
    column_notes(model.columns),
    not_measured.length === 0 ? null : h('div', {class: 'not-measured'}, h('h3', {}, 'Not measured'), h('ul', {}, not_measured.map((what) => h('li', {}, tidy(what))))));
}
