// Steps and labels of axes: binary steps for bytes, the clock's steps for time.
import {bytes, duration, short} from './format.js';

const kSecond = 1e9;
const powers = (base, from, to, factors) =>
  Array.from({length: to - from + 1}, (_, at) => factors.map((factor) => factor * base ** (from + at))).flat();

export const kByteSteps = powers(2, 0, 50, [1]);
export const kTimeSteps = [
  ...powers(10, 0, 9, [1, 2, 5]), // up to 5 s
  ...[10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 86400].map((seconds) => seconds * kSecond),
  ...powers(10, 0, 5, [2, 5, 10]).map((days) => days * 86400 * kSecond),
];

// Labels of one axis in one unit: "1.5 s", never "1.50 s" beside "750 ms".
export function time_label(ns, span) {
  if (span >= 120 * kSecond) return ns === 0 ? '0' : duration(ns).replace(/ 00 (s|min)$/, '');
  const [unit, factor] = span >= 2 * kSecond ? ['s', 1e9] : span >= 2e6 ? ['ms', 1e6] : span >= 2e3 ? ['us', 1e3] : ['ns', 1];
  return `${Number((ns / factor).toPrecision(4))}\u00a0${unit}`;
}

export const byte_label = (value) => short(bytes(value));

// Some `most` round values within [low, high].
export function ticks(low, high, most, steps = null) {
  const span = high - low;
  if (!(span > 0)) return [low];
  let step;
  if (steps) {
    step = steps.find((candidate) => span / candidate <= most) ?? steps.at(-1);
  } else {
    const power = 10 ** Math.floor(Math.log10(span / most));
    step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => span / candidate <= most);
  }
  const values = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-9; value += step) values.push(Number(value.toPrecision(12)));
  return values;
}
