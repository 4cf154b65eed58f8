// Builds the page from the data inside it. A section that cannot be built says so and leaves the others alone.
import {h} from './dom.js';
import {draw_all, follow_printer, forget_charts} from './live_charts.js';
import {make_model} from './model.js';
import {read_data} from './read.js';
import {section} from './section.js';
import {make_state} from './state.js';
import {theme_switch} from './theme.js';
import {advice_section} from './sections/advice.js';
import {deploy_section} from './sections/deploy.js';
import {fragmentation_section} from './sections/fragmentation.js';
import {gates_section} from './sections/gates.js';
import {latency_section} from './sections/latency.js';
import {command_section, method_section} from './sections/method.js';
import {pareto_section} from './sections/pareto.js';
import {rss_section} from './sections/rss.js';
import {scaling_section} from './sections/scaling.js';
import {slowest_section} from './sections/slowest.js';
import {trend_section} from './sections/trend.js';
import {verdict_section} from './sections/verdict.js';
import {workload_section} from './sections/workload.js';

// id, name in the contents, builder.
const kSections = [
  ['verdict', 'Verdict', ({model}) => verdict_section(model)],
  ['deploy', 'What to paste', ({model}) => deploy_section(model)],
  ['pareto', 'Speed against memory', ({model}) => pareto_section(model)],
  ['rss', 'Resident memory', ({model, state}) => rss_section(model, state)],
  ['fragmentation', 'Fragmentation', ({model, state}) => fragmentation_section(model, state)],
  ['latency', 'Latency', ({model, state}) => latency_section(model, state)],
  ['slowest', 'Slowest calls', ({model}) => slowest_section(model)],
  ['workload', 'The workload', ({model, state}) => workload_section(model, state)],
  ['scaling', 'Scaling', ({model, models}) => scaling_section(model, models)],
  ['trend', 'Trend', ({trend, model}) => trend_section(trend, model)],
  ['advice', 'Advice', ({model}) => advice_section(model)],
  ['gates', 'Fidelity', ({model}) => gates_section(model)],
  ['method', 'Method and machine', ({model}) => method_section(model)],
  ['command', 'The command', ({model}) => command_section(model)],
];

function built([id, name, build], context) {
  try {
    return build(context);
  } catch (error) {
    return section(id, name, h('p', {class: 'missing broken-section'}, `This section could not be made of these results (${error.message}). The others are whole.`));
  }
}

const contents = () => h('nav', {class: 'contents', 'aria-label': 'Contents'},
  h('ol', {}, kSections.map(([id, name]) => h('li', {}, h('a', {href: `#${id}`}, name)))));

// Names of runs; those that are the same get a number.
function run_names(models) {
  return models.map((model, at) => models.filter((other) => other.name === model.name).length > 1 ? `${model.name} (${at + 1})` : model.name);
}

function run_choice(models, show) {
  const names = run_names(models);
  if (models.length < 2) return h('p', {class: 'run-name'}, names[0]);
  const select = h('select', {id: 'run', 'aria-label': 'Which results'}, names.map((name, at) => h('option', {value: at}, name)));
  select.addEventListener('change', () => show(Number(select.value)));
  return select;
}

function start(page) {
  const {runs, trend} = read_data(document.getElementById('heapreel-data').textContent);
  const models = runs.map(make_model);
  const main = h('main', {id: 'main'});
  const show = (at) => {
    forget_charts();
    const model = models[at];
    const context = {model, models, trend, state: make_state(model)};
    main.replaceChildren(...kSections.map((it) => built(it, context)));
    document.title = `${model.name} – heapreel report`;
  };
  const top = h('header', {class: 'top'}, h('h1', {}, 'heapreel', h('span', {class: 'sr-only'}, ' report')), run_choice(models, show), theme_switch());
  page.replaceChildren(top, h('div', {class: 'columns'}, contents(), main));
  show(0);
  follow_printer();
  draw_all();
}

const page = document.getElementById('page');
try {
  start(page);
} catch (error) {
  page.replaceChildren(h('p', {class: 'broken', role: 'alert'}, error.message));
}
document.documentElement.setAttribute('data-ready', '');
