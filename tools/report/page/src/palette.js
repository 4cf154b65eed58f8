// How each allocator is drawn: a colour, a dash and a marker, so that no two differ by colour alone.
import {svg} from './dom.js';

const kColors = 8;
const kDashes = [[], [9, 3], [2.5, 2.5], [10, 3, 2.5, 3], [5, 2.5], [14, 4], [2.5, 5], [8, 3, 2.5, 3, 2.5, 3]];
const kMarkers = [
  'M-4.5,0a4.5,4.5 0 1,0 9,0a4.5,4.5 0 1,0 -9,0Z', 'M-4,-4H4V4H-4Z', 'M0,-5.5L5,4H-5Z', 'M0,-5.5L5.5,0L0,5.5L-5.5,0Z',
  'M0,5.5L5,-4H-5Z', 'M-1.6,-5H1.6V-1.6H5V1.6H1.6V5H-1.6V1.6H-5V-1.6H-1.6Z', 'M-5,-3L0,-5.5L5,-3V3L0,5.5L-5,3Z',
  'M0,-6L1.8,-1.8L6,0L1.8,1.8L0,6L-1.8,1.8L-6,0L-1.8,-1.8Z',
];

export const color_name = (slot) => `c${slot % kColors}`;
export const color = (slot) => `var(--${color_name(slot)})`;

// Eight more have the same colours with other dashes and markers.
export const dash = (slot) => kDashes[(slot + Math.floor(slot / kColors)) % kDashes.length];
export const marker_path = (slot) => kMarkers[(slot + Math.floor(slot / kColors)) % kMarkers.length];

export const marker = (slot, attributes) => svg('path', {d: marker_path(slot), fill: color(slot), ...attributes});

// A short piece of the line, for legends.
export function swatch(slot) {
  return svg('svg', {class: 'swatch', width: 30, height: 12, 'aria-hidden': 'true'},
    svg('line', {x1: 1, x2: 29, y1: 6, y2: 6, stroke: color(slot), 'stroke-width': 2.2, 'stroke-dasharray': dash(slot).join(' ')}),
    svg('g', {transform: 'translate(15 6) scale(.75)'}, marker(slot)));
}
