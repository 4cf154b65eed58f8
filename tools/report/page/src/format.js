// Figures as people read them: three significant digits, binary units for bytes, as the command line prints them.
// What is not a finite number is a dash.

const kDash = '–';
const kJoin = '\u00a0'; // a figure and its unit stay on one line
export const is_number = (value) => typeof value === 'number' && Number.isFinite(value);

function three(value) {
  const size = Math.abs(value);
  return value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

// `units` ascend; the first has the factor 1. A value that would round to 1000 takes the next unit.
function scaled(value, units, whole) {
  if (!is_number(value)) return kDash;
  let unit = units[0];
  for (const candidate of units) if (Math.abs(value) / candidate[1] >= 0.9995) unit = candidate;
  const text = whole && unit[1] === 1 && Number.isInteger(value) ? String(value) : three(value / unit[1]);
  return unit[0] ? text + kJoin + unit[0] : text;
}

const kBytes = [['B', 1], ['KiB', 2 ** 10], ['MiB', 2 ** 20], ['GiB', 2 ** 30], ['TiB', 2 ** 40]];
const kCounts = [['', 1], ['k', 1e3], ['M', 1e6], ['G', 1e9], ['T', 1e12]];
const kTimes = [['ns', 1], ['us', 1e3], ['ms', 1e6], ['s', 1e9]];

export const bytes = (value) => is_number(value) ? scaled(Math.round(value), kBytes, true) : kDash;
export const count_short = (value) => scaled(value, kCounts, true);
export const count = (value) => is_number(value) ? Math.round(value).toLocaleString('en-US') : kDash;

export function duration(ns) {
  if (!is_number(ns)) return kDash;
  const two = (part) => String(part).padStart(2, '0');
  const seconds = Math.floor(ns / 1e9);
  if (seconds < 60) return scaled(ns, kTimes, true);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${two(Math.floor(seconds / 60) % 60)} min`;
  return `${Math.floor(seconds / 86400)} d ${two(Math.floor(seconds / 3600) % 24)} h`;
}

export const ratio = (value) => is_number(value) ? `${value.toFixed(2)}×` : kDash;

export function percent(share) {
  if (!is_number(share)) return kDash;
  if (share > 0 && share < 0.0005) return `<0.1${kJoin}%`;
  return `${(share * 100).toFixed(Math.abs(share) < 0.0995 ? 1 : 0)}${kJoin}%`;
}

// Without the zeros after the point, for labels of axes: "8 KiB", not "8.00 KiB".
export const short = (shown) => shown.replace(/\.(\d*?)0+(?=\s|$)/, (whole, digits) => digits ? `.${digits}` : '');

// A sentence that was made elsewhere: no line breaks between a figure and its unit.
export const tidy = (sentence) => sentence.replace(/(\d) (?=(%|[KMGT]?i?B|[num]?s)(?![\w]))/g, `$1${kJoin}`);

// How far an interval reaches, as a share of its middle.
export function reach(estimate) {
  if (!estimate || !is_number(estimate.low) || !is_number(estimate.high)) return null;
  const middle = estimate.median ?? estimate.value;
  return is_number(middle) && middle !== 0 ? Math.abs((estimate.high - estimate.low) / 2 / middle) : null;
}

export function by_unit(unit) {
  return {ns: duration, bytes, ratio: (value) => is_number(value) ? three(value) : kDash, count,
          s: (value) => duration(is_number(value) ? value * 1e9 : value)}[unit] ?? ((value) => is_number(value) ? three(value) : kDash);
}

export const signed = (text, value) => value > 0 ? `+${text}` : text;
export const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? '' : 's'}`;

// "a", "a and b", "a, b and c"; from the eighth on only how many more.
export function listed(names, most = 8) {
  if (names.length > most) return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
