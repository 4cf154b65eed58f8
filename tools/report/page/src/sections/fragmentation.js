// Resident bytes for each live byte, over the time of the record.
import {common_axis, values_at} from '../curves.js';
import {by_unit, bytes} from '../format.js';
import {legend} from '../legend.js';
import {LineChart} from '../line_chart.js';
import {drawn, figure} from '../model.js';
import {color_name, dash} from '../palette.js';
import {chart, missing, section} from '../section.js';
import {text_table} from '../table.js';
import {curve_of, time_axis_plan, with_timeline} from './rss.js';

const kLiveShare = 0.05; // of the live peak; below, the ratio tells of nearly nothing
const plain = by_unit('ratio');

// RSS over live bytes at an allocator's own points; none where little was live.
function ratio_curve(it) {
  const rss = curve_of(it.result?.timeline, 'rss_bytes');
  const live = curve_of(it.result?.timeline, 'live_bytes');
  if (!rss || !live) return null;
  const enough = live.ys.reduce((most, value) => Math.max(most, value), 0) * kLiveShare;
  const kept = rss.xs.map((x, at) => at).filter((at) => live.ys[at] > 0 && live.ys[at] >= enough);
  return kept.length > 1 ? {it, xs: kept.map((at) => rss.xs[at]), ys: kept.map((at) => rss.ys[at] / live.ys[at])} : null;
}

function plan_of(model, state) {
  const curves = drawn(model, state).map(ratio_curve).filter(Boolean);
  const axis = common_axis([...with_timeline(model).slice(0, 8).map((it) => curve_of(it.result.timeline, 'rss_bytes').xs), ...curves.map((it) => it.xs)]);
  const lines = curves.map(({it, xs, ys}) => ({label: it.name, values: values_at(axis, xs, ys), color: color_name(it.slot), dash: dash(it.slot),
                                                width: it.reference ? 2.4 : 1.8, format: plain}));
  const all = curves.flatMap(({ys}) => ys).sort((a, b) => a - b);
  const high = Math.max(1.2, (all[Math.floor(all.length * 0.97)] ?? 1) * 1.25);
  return {...time_axis_plan(axis), lines, y_axis: {values: (u, splits) => splits.map((value) => Number(value.toPrecision(4)))},
          y_scale: {range: [Math.min(1, all[0] ?? 1), high]}};
}

function so_what(model) {
  const known = with_timeline(model).map((it) => ({it, peak: figure(it, 'rss_to_live')?.value ?? it.result.fragmentation_peak?.median})).filter(({peak}) => Number.isFinite(peak));
  if (known.length === 0) return 'The ratio at the peak is not known.';
  const least = known.reduce((a, b) => b.peak < a.peak ? b : a);
  const most = known.reduce((a, b) => b.peak > a.peak ? b : a);
  if (least.it === most.it) return `${least.it.name} peaks at ${plain(least.peak)} resident bytes for each byte of the live peak.`;
  return `For each byte of the live peak, ${least.it.name} peaks at ${plain(least.peak)} resident bytes, ${most.it.name} at ${plain(most.peak)}.`;
}

export function fragmentation_section(model, state) {
  const title = 'Fragmentation over time';
  const able = with_timeline(model).filter((it) => ratio_curve(it));
  if (able.length === 0) {
    return section('fragmentation', title, missing('These results hold no timeline of resident and live bytes.', 'A replay with its memory pass makes one: heapreel replay --json FILE REEL.'));
  }
  const lines = new LineChart({label: title, link: {state, event: 'time'}, make_plan: () => plan_of(model, state)});
  state.on('drawn', () => lines.rebuild());
  return section('fragmentation', title, chart({id: 'fragmentation', plot: lines.element, controls: legend(model, state), so_what: so_what(model), open_figures: !lines.drawing,
    figures: text_table('Resident bytes for each live byte', ['Allocator', 'peak/live peak', 'mean/live mean', 'peak RSS'], able.map((it) => [it.name,
      plain(it.result.fragmentation_peak?.median), plain(it.result.fragmentation_mean?.median), bytes(it.result.rss_peak_bytes?.median)])),
    csv: () => [['allocator', 't_ns', 'rss_to_live'], ...able.flatMap((it) => { const {xs, ys} = ratio_curve(it); return xs.map((x, at) => [it.name, x, ys[at]]); })],
    how: 'resident bytes divided by live bytes at the same moment. A line near 1 wastes nothing; one that climbs while the program goes on is memory that does not come back. A short excursion may leave the chart at the top. Left out is where less than a twentieth of the live peak was live.'}));
}
