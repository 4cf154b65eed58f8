// Curves with points of their own brought onto one axis.
//
// A value between two points is on the line between them, so that what is drawn is exactly the curve that was given.

// The union of all x values, ascending, at most `most` (beyond that, evenly chosen).
export function common_axis(axes, most = 6000) {
  const all = Float64Array.from(new Set(axes.flat())).sort();
  if (all.length <= most) return Array.from(all);
  return Array.from({length: most}, (_, at) => all[Math.round(at * (all.length - 1) / (most - 1))]);
}

// Values of (xs, ys) at each of `axis`; null outside of the curve's range.
export function values_at(axis, xs, ys) {
  const values = new Array(axis.length).fill(null);
  if (xs.length === 0) return values;
  let at = 0;
  for (let place = 0; place < axis.length; ++place) {
    const x = axis[place];
    if (x < xs[0] || x > xs[xs.length - 1]) continue;
    while (at + 1 < xs.length && xs[at + 1] <= x) ++at;
    const next = Math.min(at + 1, xs.length - 1);
    const share = xs[next] > xs[at] ? (x - xs[at]) / (xs[next] - xs[at]) : 0;
    values[place] = ys[at] + share * (ys[next] - ys[at]);
  }
  return values;
}

export const maximum = (values) => values.reduce((most, value) => value !== null && value > most ? value : most, -Infinity);
