// Figures in the page against figures in results.json, to the last digit.

const kMetrics = {ns_per_op_net: 'ns_per_op_net', rss_peak_bytes: 'rss_peak_bytes', rss_mean_bytes: 'rss_mean_bytes', rss_to_live: 'fragmentation_peak', minor_faults: 'minor_faults'};
const kLatencies = {latency_p999_ns: 'p999', latency_max_ns: 'max'};

function expected(allocator, metric) {
  if (metric in kLatencies) return allocator.latency_ns?.malloc?.[kLatencies[metric]];
  return allocator[kMetrics[metric]]?.median;
}

// What differs, as sentences. Every allocator must stand there with all its figures.
export async function compare_figures(page, results) {
  const cells = await page.$$eval('.verdict-table [data-metric]', (found) => found.map((cell) => ({...cell.dataset, text: cell.querySelector('.main').textContent})));
  const seen = new Map(cells.map((cell) => [`${cell.allocator} ${cell.metric}`, cell]));
  const differences = [];
  for (const allocator of results.allocators) {
    for (const metric of [...Object.keys(kMetrics), ...Object.keys(kLatencies)]) {
      const right = expected(allocator, metric);
      const cell = seen.get(`${allocator.name} ${metric}`);
      if (typeof right !== 'number') continue;
      if (!cell) differences.push(`${allocator.name} ${metric} is not on the page`);
      else if (Number(cell.value) !== right) differences.push(`${allocator.name} ${metric} is ${cell.value} on the page, ${right} in the results`);
      else if (!shown_rightly(cell.text, right)) differences.push(`${allocator.name} ${metric} is shown as ${cell.text}, and is ${right}`);
    }
  }
  if (cells.length === 0) differences.push('there are no figures on the page');
  return differences;
}

const kUnits = {B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, ns: 1, us: 1e3, ms: 1e6, s: 1e9, '': 1};

// The text, read back, is the figure to three digits.
function shown_rightly(text, value) {
  const [number, unit = ''] = text.trim().split(/\s+/);
  const read = Number(number.replaceAll(',', '')) * (kUnits[unit] ?? NaN);
  return Math.abs(read - value) <= Math.abs(value) * 0.0051 + 0.5 * (unit === '' && text.includes('.') ? 0.01 : unit === 'ns' ? 0.1 : 1);
}

// Distinct colours of each canvas of the charts; a blank one has one.
export const canvas_colors = (page) => page.$$eval('canvas', (all) => all.map((canvas) => {
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}));
