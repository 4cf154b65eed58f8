// Every drawing on the page registers here, so that all follow the theme, the window and the printer.

const kPrintWidth = 660;
const charts = new Set();
let printing = false;

export const forget_charts = () => {
  for (const chart of charts) chart.observer?.disconnect();
  charts.clear();
};

export const width_of = (element) => printing ? kPrintWidth : Math.max(240, Math.floor(element.clientWidth));

// `draw(width)` is called when the element has a width, and again when that changes.
export function keep_drawn(element, draw) {
  const chart = {width: 0};
  chart.draw = (force) => {
    if (!element.isConnected) return;
    const width = width_of(element);
    if (!force && width === chart.width) return;
    chart.width = width;
    draw(width);
  };
  let asked = false;
  chart.observer = new ResizeObserver(() => { // drawing inside the observer's call would ask it again
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; chart.draw(false); });
  });
  chart.observer.observe(element);
  charts.add(chart);
  return chart;
}

export const draw_all = () => { for (const chart of charts) chart.draw(true); };

function print_as(now) {
  printing = now;
  document.documentElement.toggleAttribute('data-printing', now);
  draw_all();
}

export function follow_printer() {
  window.addEventListener('beforeprint', () => print_as(true));
  window.addEventListener('afterprint', () => print_as(false));
}
