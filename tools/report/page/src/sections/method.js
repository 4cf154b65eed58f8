// How and on what it was measured, which allocators took part, and the command that made these results.
import {h} from '../dom.js';
import {bytes, count, duration, is_number, percent} from '../format.js';
import {list, object, text} from '../read.js';
import {missing, section} from '../section.js';
import {table} from '../table.js';

const yes_no = (value) => value === true ? 'yes' : value === false ? 'no' : null;

function terms(title, pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== '–');
  return known.length === 0 ? null : h('div', {}, h('h3', {}, title), h('dl', {class: 'terms'}, known.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])));
}

function policies_text(policies) {
  const counted = Object.entries(object(policies) ?? {}).filter(([, number]) => is_number(number) && number > 0);
  return counted.length === 0 ? 'none' : counted.map(([name, number]) => `${name.replaceAll('_', ' ')} ${count(number)}`).join(', ');
}

const reel_terms = ({reel}) => terms('Reel', [
  ['file', text(reel.path)], ['content', text(reel.id).slice(0, 16)], ['events', count(reel.events)], ['calls', count(reel.calls)], ['threads', count(reel.threads)],
  ['duration', duration(reel.duration_ns)], ['recorded under', text(reel.allocator)], ['asked for', bytes(reel.bytes_requested)], ['live peak', bytes(reel.live_peak_bytes)],
  ['lost events', count(reel.lost_events)], ['replayed by rule', policies_text(reel.policies)]]);

const config_terms = ({config, results}) => terms('Method', [
  ['rounds', is_number(config.rounds) ? `${config.rounds} of time, ${config.memory_rounds ?? '–'} of memory, ${config.latency_rounds ?? '–'} of latency` : null],
  ['ended by', text(config.rounds_ended_by)], ['order', text(config.order)], ['pace', text(config.pace)], ['pace of memory', text(config.memory_pace)], ['touch', text(config.touch)],
  ['seed', is_number(config.seed) ? String(config.seed) : null], ['quick', yes_no(config.quick)], ['reference', text(config.reference)],
  ['smallest difference claimed', percent(results.aa?.claimable_difference)], ['took', is_number(results.wall_s) ? duration(results.wall_s * 1e9) : null]]);

const machine_terms = ({machine}) => terms('Machine', [
  ['processor', text(machine.cpu)], ['cores', count(machine.cores)], ['memory', bytes(machine.memory_bytes)], ['kernel', text(machine.kernel)], ['C library', text(machine.libc)],
  ['huge pages', text(machine.transparent_huge_pages)], ['load before and after', is_number(machine.load_before) ? `${machine.load_before.toFixed(2)}, ${machine.load_after?.toFixed(2) ?? '–'}` : null],
  ['hardware counters', text(machine.hardware_counters)]]);

function knob_text(knob) {
  const asked = text(knob.asked) && text(knob.asked) !== text(knob.value) ? `, asked for ${text(knob.asked)}` : '';
  const proven = knob.proven === true ? ', proven' : knob.proven === false ? ', not proven' : '';
  return `${text(knob.name)} = ${text(knob.value)}${asked}${proven}`;
}

function allocators_table(model) {
  return table({caption: 'Allocators', class: 'allocators-table', columns: [{label: 'Name'}, {label: 'Version'}, {label: 'Library'}, {label: 'Every call verified'}, {label: 'Settings'}],
    rows: model.allocators.filter((it) => it.result).map((it) => ({cells: [{text: it.name}, {text: text(it.result.version)}, {text: text(it.result.library) || text(it.result.link)},
      {text: yes_no(it.result.verified) ?? '–'}, {text: [...list(it.result.env).map(text), ...list(it.result.knobs).filter(object).map(knob_text)].join('; ') || 'its own'}]}))});
}

export function method_section(model) {
  const warnings = list(model.results.warnings).map(text).filter(Boolean);
  return section('method', 'Method and machine', warnings.length === 0 ? null : h('ul', {class: 'warnings', 'aria-label': 'Warnings'}, warnings.map((warning) => h('li', {}, warning))),
    h('p', {class: 'how'}, 'Each allocator replays the same calls in processes of its own, in an order that is drawn anew for each round. Figures are medians of rounds with 95 % bootstrap intervals; a ratio is claimed only beyond what the reference differs from itself.'),
    h('div', {class: 'terms-room'}, reel_terms(model), config_terms(model), machine_terms(model)), allocators_table(model));
}

// As a shell takes it.
const quoted = (word) => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

export function command_section(model) {
  const words = list(model.results.command).map(text).filter(Boolean);
  const {made_at, producer_version} = model.results;
  const when = [text(made_at) ? `on ${text(made_at).replace('T', ' ').replace('Z', ' UTC')}` : '', text(producer_version) ? `by heapreel ${text(producer_version)}` : ''].filter(Boolean);
  return section('command', 'The command that made it', words.length > 0 ? h('pre', {tabindex: 0}, h('code', {}, words.map(quoted).join(' ')))
    : missing('These results do not hold their command.', 'Replay the reel again with this version of heapreel.'),
    when.length > 0 ? h('p', {class: 'how'}, `Made ${when.join(' ')}.`) : null);
}
