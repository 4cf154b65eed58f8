// One run as the sections want it: results, verdict and advice joined by the allocators' names.
//
// Figures come from the verdict where there is one, else straight from the results; nothing is computed twice.
import {is_number} from './format.js';
import {list, object, text} from './read.js';

// Used when a page has no verdict: the same columns, from the results alone.
const kColumns = [
  ['ns_per_op_net', 'net ns/call', 'ns', 'time of a call, less what the harness takes'],
  ['latency_p999_ns', 'p99.9', 'ns', 'one call in a thousand takes longer'],
  ['latency_max_ns', 'max', 'ns', 'the slowest call'],
  ['rss_peak_bytes', 'peak RSS', 'bytes', 'the most memory resident at once'],
  ['rss_mean_bytes', 'mean RSS', 'bytes', 'resident memory over the time of the record'],
  ['rss_to_live', 'RSS/live', 'ratio', 'peak resident memory for each byte that was asked for'],
  ['minor_faults', 'faults', 'count', 'page faults of a whole replay'],
].map(([id, label, unit, what]) => ({id, label, unit, better: 'less', what}));

const estimate = (metric) => object(metric) && is_number(metric.median)
  ? {value: metric.median, low: list(metric.ci95)[0] ?? metric.median, high: list(metric.ci95)[1] ?? metric.median,
     ratio: null, tie: null}
  : undefined;

function row_of(result, reference) {
  const metrics = {};
  for (const id of ['ns_per_op_net', 'rss_peak_bytes', 'rss_mean_bytes', 'minor_faults']) metrics[id] = estimate(result[id]);
  metrics.rss_to_live = estimate(result.fragmentation_peak);
  const malloc = object(result.latency_ns?.malloc);
  metrics.latency_p999_ns = estimate({median: malloc?.p999});
  metrics.latency_max_ns = estimate({median: malloc?.max});
  const versus = object(result.ns_per_op_to_reference);
  if (metrics.ns_per_op_net && versus && result.name !== reference) metrics.ns_per_op_net.tie = versus.tie ?? null;
  return {name: text(result.name), reference: result.name === reference,
          failed: object(result.failed) ? text(result.failed.what) || 'failed' : null, pareto: false, best: [], metrics,
          predicted: null};
}

function clean_row(row) {
  return {...row, name: text(row.name), failed: text(row.failed) || null, best: list(row.best).map(text),
          metrics: object(row.metrics) ?? {}, predicted: object(row.predicted)};
}

// Reference first, then those on the Pareto front, the best of anything, the rest; failed ones last.
function interest(it) {
  if (it.failed) return 9;
  return it.reference ? 0 : it.pareto ? 1 : it.best.length > 0 ? 2 : 3;
}

export function short_path(path) {
  const parts = text(path).split('/');
  return parts.at(-1) || 'a reel';
}

export function make_model(run) {
  const results = run.results;
  const verdict = object(run.verdict);
  const measured = list(results.allocators).filter(object);
  const reference = text(verdict?.reference) || text(results.config?.reference);
  const rows = verdict && list(verdict.rows).length > 0 ? list(verdict.rows).filter(object).map(clean_row)
                                                         : measured.map((it) => row_of(it, reference));
  const by_name = new Map(measured.map((it) => [text(it.name), it]));
  const allocators = rows.map((row) => ({...row, result: by_name.get(row.name) ?? null}));
  const interesting = allocators.map((it, place) => ({it, place}))
    .sort((a, b) => interest(a.it) - interest(b.it) || a.place - b.place).map(({it}) => it);
  interesting.forEach((it, slot) => { it.slot = slot; });
  return {
    results, verdict, allocators, interesting, reference,
    advice: Array.isArray(run.advice) ? run.advice.filter(object) : null,
    columns: verdict && list(verdict.columns).length > 0 ? list(verdict.columns).filter(object) : kColumns,
    reel: object(results.reel) ?? {}, machine: object(results.machine) ?? {}, config: object(results.config) ?? {},
    null_row: object(results.null), program: object(results.program), workload: object(results.workload),
    name: short_path(results.reel?.path),
  };
}

// A figure of the verdict, or nothing if it is not known.
export function figure(allocator, id) {
  const metric = object(allocator?.metrics?.[id]);
  return metric && is_number(metric.value) ? metric : null;
}

export const drawn = (model, state) => model.interesting.filter((it) => !it.failed && state.drawn.has(it.name));
