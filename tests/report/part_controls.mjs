// Planted faults: each check that guards the page must find its own.
import {open, settled} from './browser.mjs';
import {check} from './check.mjs';
import {canvas_colors, compare_figures} from './figures.mjs';

const without_policy = (html) => html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');

export async function run(browser, pages) {
  const html = pages.html('whole');
  const results = pages.input('whole').runs[0].results;
  const troubles_of = async (name, text) => {
    const shown = await open(browser, pages.write(name, text));
    await settled(shown.page);
    await shown.close();
    return shown.troubles;
  };

  const spoken = await troubles_of('spoken', without_policy(html).replace('</body>', '<script>console.error("planted")</script></body>'));
  check('an error on the console is found', spoken.some((it) => it.includes('console: planted')), spoken.join('; '));
  const asked = await troubles_of('asked', without_policy(html).replace('</body>', '<img src="http://127.0.0.1:9/planted.png"></body>'));
  check('a request is found', asked.some((it) => it.startsWith('request: http://127.0.0.1:9')), asked.join('; '));
  const stopped = await troubles_of('stopped', html.replace('</body>', '<script>console.log("planted")</script></body>'));
  check('a script that is not the page’s own does not run', stopped.some((it) => it.includes('Content Security Policy')), stopped.join('; '));

  const peak = String(results.allocators[0].rss_peak_bytes.median);
  const altered = await open(browser, pages.write('altered', html.replaceAll(`"value":${peak}`, `"value":${peak.slice(0, -3)}8${peak.slice(-2)}`)));
  const differences = await compare_figures(altered.page, results);
  check('an altered figure is found', differences.length === 1 && differences[0].includes('rss_peak_bytes'), differences.join('; '));
  await altered.page.evaluate(() => { for (const canvas of document.querySelectorAll('canvas')) canvas.getContext('2d').clearRect(0, 0, canvas.width, canvas.height); });
  check('a blank chart is found', (await canvas_colors(altered.page)).every((number) => number === 1));
  await altered.close();
}
