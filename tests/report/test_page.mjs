// The report page as a browser shows it: test_page.mjs PART --modules DIR --maker FILE --python FILE
//
// PART is `shown` (what is there, in every case), `used` (keyboard, buttons, files, print) or `controls` (planted faults
// that the checks must find). Exit status 77: there is no Chromium here.
import {parseArgs} from 'node:util';
import {failed} from './check.mjs';
import {launch} from './browser.mjs';
import {make_pages} from './pages.mjs';

const {values, positionals} = parseArgs({allowPositionals: true, options: {modules: {type: 'string'}, maker: {type: 'string'}, python: {type: 'string'}}});
const {run} = await import(`./part_${positionals[0]}.mjs`);
const browser = await launch(values.modules);
const pages = make_pages(values);
try {
  await run(browser, pages);
} finally {
  await browser.close();
  pages.remove();
}
console.log(failed() === 0 ? `${positionals[0]}: all checks hold` : `${positionals[0]}: ${failed()} checks failed`);
process.exitCode = failed() === 0 ? 0 : 1;
