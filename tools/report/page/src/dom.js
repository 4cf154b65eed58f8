// Elements from calls. Text only ever becomes text nodes: nothing from the data is parsed as markup.

const kSvg = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  add(element, children);
  return element;
}

// Children may be nested arrays, elements, texts, numbers or nothing.
export function add(element, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === '') continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes, ...children) => fill(document.createElementNS(kSvg, tag), attributes, children);

export const hidden_text = (text) => h('span', {class: 'sr-only'}, text);

// The value of a colour of style/theme.css, for canvases.
export const css_color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
