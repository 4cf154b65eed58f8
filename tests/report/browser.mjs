// A page in headless Chromium under watch: whatever it says on its console and whatever it asks the network for is kept.
import {createRequire} from 'node:module';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

const kChromium = '/usr/bin/chromium';
const kArguments = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
export const kSkipped = 77;

// playwright-core makes a fresh user-data-dir for each launch.
export async function launch(modules) {
  if (!existsSync(kChromium)) {
    console.log(`skipped: there is no ${kChromium}; ./dev setup installs it`);
    process.exit(kSkipped);
  }
  const {chromium} = createRequire(join(modules, 'any.js'))('playwright-core');
  return chromium.launch({executablePath: kChromium, args: kArguments});
}

// {page, troubles}: errors, dialogs and requests, as sentences. `before` runs in the page before its own script.
export async function open(browser, file, {before, ...options} = {}) {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}, offline: true, ...options});
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  const troubles = [];
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) troubles.push(`console: ${message.text()}`); });
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => { troubles.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => {
    const asked = request.url();
    if (asked.split('#')[0] !== url && !asked.startsWith('data:') && !asked.startsWith('blob:')) troubles.push(`request: ${asked}`);
  });
  if (before) await page.addInitScript(before);
  await page.goto(url);
  await page.waitForSelector('html[data-ready]');
  await settled(page);
  return {page, troubles, close: () => context.close()};
}

// Charts are drawn when their elements have got a size: two frames later.
export const settled = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))));
