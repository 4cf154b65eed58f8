// What a reader does with the page: keys, buttons, files, paper, several results.
import {readFileSync} from 'node:fs';
import {open, settled} from './browser.mjs';
import {check, none, same} from './check.mjs';

const readout = (page, chart) => page.textContent(`#chart-${chart} .readout`);

async function keyboard(page) {
  await page.keyboard.press('Tab');
  same('the first stop is the skip link', await page.evaluate(() => document.activeElement.className), 'skip');
  await page.focus('#chart-rss .plot');
  await page.keyboard.press('Home');
  const first = await readout(page, 'rss');
  for (let times = 0; times < 5; ++times) await page.keyboard.press('ArrowRight');
  const later = await readout(page, 'rss');
  check('arrow keys move the cursor', first !== later && later.includes('glibc') && later.includes('MiB'), `${first} | ${later}`);
  const moment = /^[\d.]+\s\w+/.exec(later)[0];
  const linked = await readout(page, 'fragmentation');
  check('the charts over time share their cursor', linked.startsWith(moment), `${moment} | ${linked}`);
  check('the rate of calls, too', (await readout(page, 'rate')).includes('/s'), await readout(page, 'rate'));
  await page.keyboard.press('Escape');
  check('Escape takes it away', (await readout(page, 'rss')).includes('arrow keys') && (await readout(page, 'fragmentation')).includes('arrow keys'));
  await page.focus('.verdict-table thead th:nth-child(2) button');
  const names = () => page.$$eval('.verdict-table tbody th .who', (all) => all.map((it) => it.textContent));
  const values = () => page.$$eval('.verdict-table [data-metric="ns_per_op_net"]', (all) => all.map((it) => Number(it.dataset.value)));
  const before = await names();
  await page.keyboard.press('Enter');
  const sorted = await values();
  same('Enter on a heading sorts', sorted, [...sorted].sort((a, b) => a - b));
  check('it was not sorted before', JSON.stringify(before) !== JSON.stringify(await names()));
  same('and says so', await page.getAttribute('.verdict-table thead th:nth-child(2)', 'aria-sort'), 'ascending');
}

async function buttons(page) {
  await page.click('#chart-rss .line-toggle >> text=jemalloc');
  same('a line is switched off in every chart', await page.$$eval('.line-toggle[aria-pressed="false"]', (all) => all.map((it) => it.textContent)), ['jemalloc', 'jemalloc', 'jemalloc']);
  const said = await page.textContent('#chart-latency .so-what');
  await page.click('#chart-latency [data-choice="malloc"]');
  check('another call, another sentence', said !== await page.textContent('#chart-latency .so-what') && (await page.textContent('#chart-latency .so-what')).includes('malloc'));
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.click('[data-theme-choice="dark"]');
  check('the theme is switched', await ground() !== light);
  await page.click('[data-theme-choice="light"]');
  same('and back', await ground(), light);
  await page.click('.copy >> nth=0');
  await page.waitForFunction(() => document.querySelector('.said').textContent !== '');
  check('copying says what came of it', /Copied|by hand/.test(await page.textContent('.said >> nth=0')));
}

async function files(page, results) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#chart-rss .csv')]);
  const lines = readFileSync(await download.path(), 'utf8').trim().split('\r\n');
  same('a file of its name', download.suggestedFilename(), 'heapreel-rss.csv');
  same('with headings', lines[0], 'line,t_ns,rss_bytes,live_bytes,non_malloc_bytes');
  const peak = Math.max(...lines.filter((line) => line.startsWith('glibc,')).map((line) => Number(line.split(',')[2])));
  same('whose peak is the timeline’s', peak, Math.max(...results.allocators.find((it) => it.name === 'glibc').timeline.map((it) => it.rss_bytes)));
}

async function paper(page) {
  await page.evaluate(() => document.documentElement.setAttribute('data-theme', 'dark'));
  const pdf = await page.pdf({format: 'A4'});
  check('it prints', pdf.length > 50_000, String(pdf.length));
  await page.emulateMedia({media: 'print'});
  same('without controls', await page.$$eval('.choice, .csv, .copy, .contents', (all) => all.filter((it) => it.offsetParent !== null).length), 0);
  same('on white', await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
  check('in dark ink', await page.evaluate(() => getComputedStyle(document.body).color.match(/\d+/g).every((part) => Number(part) < 90)));
}

async function several(browser, pages) {
  const shown = await open(browser, pages.path('several'));
  const {page} = shown;
  same('a choice of results', await page.$$eval('#run option', (all) => all.map((it) => it.textContent)), ['server-1.reel', 'server-2.reel', 'server-4.reel']);
  check('scaling is drawn', await page.$$eval('#chart-scaling [data-line]', (all) => all.length) === 4);
  await page.selectOption('#run', '2');
  await settled(page);
  same('another one is shown', [await page.title(), await page.getAttribute('[data-level]', 'data-level')], ['server-4.reel – heapreel report', 'red']);
  check('which recommends nothing, in words', (await page.textContent('#verdict')).includes('No allocator is recommended'));
  none('several: nothing on the console', shown.troubles);
  await shown.close();
}

export async function run(browser, pages) {
  const shown = await open(browser, pages.path('whole'), {acceptDownloads: true});
  await keyboard(shown.page);
  await buttons(shown.page);
  await files(shown.page, pages.input('whole').runs[0].results);
  await paper(shown.page);
  none('nothing on the console, no request', shown.troubles);
  await shown.close();
  await several(browser, pages);
}
