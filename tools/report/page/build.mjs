// Bundles the page: modules, styles and skeleton become one HTML file that needs nothing else.
//
//   node build.mjs NODE_MODULES OUTPUT
//
// Scripts and styles are allowed by their hashes alone, so that nothing the data holds can run. The file is written
// under its final name only when it is whole.
import {createHash} from 'node:crypto';
import {readFileSync, renameSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const [modules, output] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const esbuild = createRequire(join(modules, 'any.js'))('esbuild');

async function bundled(entry) {
  const result = await esbuild.build({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['chrome100', 'firefox104', 'safari15.4'],
    nodePaths: [modules],
    legalComments: 'none',
    charset: 'ascii',
    logLevel: 'warning',
  });
  return result.outputFiles[0].text.trim();
}

const hash_of = (text) => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

const script = (await bundled('src/main.js')).replaceAll('</script', '<\\/script');
const style = await bundled('style/page.css');
const license = readFileSync(join(modules, 'uplot', 'LICENSE'), 'utf8').trim();
const {version} = JSON.parse(readFileSync(join(modules, 'uplot', 'package.json'), 'utf8'));

const places = {
  notice: `<!--\nThe charts over time are drawn by uPlot ${version}, https://github.com/leeoniya/uPlot\n\n${license}\n-->`,
  policy: `default-src 'none'; script-src ${hash_of(script)}; style-src ${hash_of(style)}; img-src data:; ` +
    `base-uri 'none'; form-action 'none'`,
  style,
  script,
};

// One pass, so that what is put in is never looked at again; the data's place stays.
const page = readFileSync(join(here, 'page.html'), 'utf8').replace(/\{\{(\w+)\}\}/g, (whole, name) => {
  if (!(name in places)) throw new Error(`page.html names an unknown place: ${whole}`);
  return places[name];
});
if (page.split('{{heapreel-data}}').length !== 2) throw new Error('page.html must name {{heapreel-data}} once');
writeFileSync(`${output}.new`, page);
renameSync(`${output}.new`, output);
