// What the page shows, in every case: sections in order, figures as in the results, drawings that are not blank.
import {open} from './browser.mjs';
import {check, none, same} from './check.mjs';
import {canvas_colors, compare_figures} from './figures.mjs';

const kSections = ['verdict', 'deploy', 'pareto', 'rss', 'fragmentation', 'latency', 'slowest', 'workload', 'scaling', 'trend', 'advice', 'gates', 'method', 'command'];
const kPageBytesMax = 1_500_000;
const kColors = 12; // far fewer than a drawn chart has, far more than a blank one

async function check_frame(what, {page, troubles}, broken = 0) {
  none(`${what}: nothing on the console, no request`, troubles);
  same(`${what}: sections in order`, await page.$$eval('main > section', (all) => all.map((it) => it.id)), kSections);
  const empty = await page.$$eval('main > section', (all) => all.filter((it) => it.textContent.trim().length < it.querySelector('h2').textContent.length + 20).map((it) => it.id));
  none(`${what}: no empty section`, empty);
  same(`${what}: no section failed`, await page.$$eval('.broken-section', (all) => all.length), broken);
  const width = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  check(`${what}: nothing is wider than the window`, width[0] <= width[1], width);
}

async function check_drawings(what, page, charts) {
  const colors = await canvas_colors(page);
  check(`${what}: ${charts} charts on canvas, none blank`, colors.length === charts && colors.every((number) => number >= kColors), colors);
}

async function whole(browser, pages) {
  const results = pages.input('whole').runs[0].results;
  const shown = await open(browser, pages.path('whole'));
  const {page} = shown;
  await check_frame('whole', shown);
  await check_drawings('whole', page, 4);
  none('figures are those of the results', await compare_figures(page, results));
  same('nothing is missing but scaling', await page.$$eval('.missing', (all) => all.map((it) => it.closest('section').id)), ['scaling']);
  const unsaid = await page.$$eval('figure.chart', (all) => all.filter((it) => !(it.querySelector('.so-what')?.textContent.length > 20) || !it.querySelector('.how')?.textContent.startsWith('How to read:') || !it.querySelector('.csv')).map((it) => it.id));
  none('each chart has its two lines and its CSV', unsaid);
  same('a point for each allocator', await page.$$eval('[data-point]', (all) => all.map((it) => it.dataset.point).sort()), results.allocators.map((it) => it.name).sort());
  same('20 slowest calls', await page.$$eval('[data-slowest]', (all) => all.map((it) => Number(it.dataset.value))), results.allocators.find((it) => it.name === 'glibc').slowest_calls.map((it) => it.ns));
  same('gates and their states', await page.$$eval('[data-gate]', (all) => all.map((it) => [it.dataset.gate, it.dataset.state])), Object.entries(results.fidelity).map(([name, gate]) => [name, gate.state]));
  same('the level', await page.$eval('[data-level]', (it) => it.dataset.level), 'green');
  same('a tab’s name', await page.title(), 'git.reel – heapreel report');
  const plain = await page.$$eval('table', (all) => all.filter((it) => !it.caption?.textContent || [...it.tHead.querySelectorAll('th')].some((head) => head.scope !== 'col')).length);
  same('tables have captions and scopes', plain, 0);
  none('images say what they show', await page.$$eval('svg[role="img"]', (all) => all.filter((it) => (it.getAttribute('aria-label') ?? '').length < 20).map(String)));
  const grounds = [];
  for (const [what, options] of [['dark', {colorScheme: 'dark'}], ['narrow', {viewport: {width: 380, height: 800}}]]) {
    const other = await open(browser, pages.path('whole'), options);
    await check_frame(what, other);
    await check_drawings(what, other.page, 4);
    grounds.push(await other.page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    await other.close();
  }
  check('dark is not light', grounds[0] !== grounds[1], grounds);
  await shown.close();
}

async function no_canvas(browser, pages) {
  const shown = await open(browser, pages.path('whole'), {before: () => { HTMLCanvasElement.prototype.getContext = () => null; }});
  await check_frame('no canvas', shown);
  same('a sentence in place of each chart', await shown.page.$$eval('.no-canvas', (all) => all.length), 4);
  same('their tables are open', await shown.page.$$eval('.no-canvas', (all) => all.filter((it) => it.closest('figure').querySelector('details').open).length), 4);
  none('figures without canvas', await compare_figures(shown.page, pages.input('whole').runs[0].results));
  await shown.close();
}

async function others(browser, pages) {
  for (const [name, charts] of [['bare', 3], ['one_allocator', 4], ['holed', 3], ['hostile', 4]]) {
    const shown = await open(browser, pages.path(name));
    await check_frame(name, shown);
    await check_drawings(name, shown.page, charts);
    if (name !== 'holed') none(`${name}: figures`, await compare_figures(shown.page, pages.input(name).runs[0].results));
    if (name === 'bare') same('bare: what is missing is said', await shown.page.$$eval('main > section > .missing', (all) => all.map((it) => it.parentElement.id)), ['deploy', 'slowest', 'workload', 'scaling', 'trend', 'advice', 'command']);
    if (name === 'hostile') same('no markup from the data', await shown.page.$$eval('#page img, #page b b, #page script, #page iframe', (all) => all.length), 0);
    if (name === 'hostile') check('the text is there as text', (await shown.page.textContent('.headline')).includes('</script><img'));
    if (name === 'holed') check('a failure has its words', (await shown.page.textContent('.failed-row')).includes('its library is missing'));
    await shown.close();
  }
}

async function many(browser, pages) {
  check('200 allocators: under 1.5 MB', pages.size('many') < kPageBytesMax, String(pages.size('many')));
  const shown = await open(browser, pages.path('many'));
  await check_frame('many', shown);
  await check_drawings('many', shown.page, 4);
  none('many: figures', await compare_figures(shown.page, pages.input('many').runs[0].results));
  same('many: all in the table', await shown.page.$$eval('.verdict-table tbody tr', (all) => all.length), 200);
  same('many: eight are drawn', await shown.page.$$eval('#chart-rss .line-toggle[aria-pressed="true"]', (all) => all.length), 8);
  await shown.close();
}

async function unreadable(browser, pages) {
  const html = pages.html('whole');
  const data = /(<script type="application\/json" id="heapreel-data">)([^]*?)(<\/script>)/;
  for (const [name, text, says] of [['truncated', '{"schema":"heapreel.pa', 'not whole'], ['other_schema', '{"schema":"heapreel.page/9","runs":[]}', 'heapreel.page/9'],
                                    ['no_runs', '{"schema":"heapreel.page/1","runs":[]}', 'no results'], ['nothing', 'null', 'no data']]) {
    const shown = await open(browser, pages.write(name, html.replace(data, (whole, before, old, after) => before + text + after)));
    none(`${name}: no error`, shown.troubles);
    const said = await shown.page.textContent('#page [role="alert"]');
    check(`${name}: says so`, said.includes(says), said);
    await shown.close();
  }
}

export async function run(browser, pages) {
  await whole(browser, pages);
  await no_canvas(browser, pages);
  await others(browser, pages);
  await many(browser, pages);
  await unreadable(browser, pages);
}
