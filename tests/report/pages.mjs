// The pages under test: every case of fixtures.py made into a page by page_maker, in a folder that is removed at the end.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

export function make_pages({python, maker}) {
  const folder = mkdtempSync(join(tmpdir(), 'heapreel-report-'));
  const made = new Set();
  const file = (name) => join(folder, `${name}.html`);
  const input = (name) => join(folder, `${name}.json`);
  const make = (name) => {
    execFileSync(python, ['-B', join(here, 'fixtures.py'), join(here, 'data', 'git.json'), input(name), name]);
    execFileSync(maker, [input(name), file(name)]);
    made.add(name);
  };
  return {
    path(name) {
      if (!made.has(name)) make(name);
      return file(name);
    },
    size(name) { return statSync(this.path(name)).size; },
    input(name) {
      this.path(name);
      return JSON.parse(readFileSync(input(name), 'utf8'));
    },
    html(name) { return readFileSync(this.path(name), 'utf8'); },
    write(name, html) {
      writeFileSync(file(name), html);
      made.add(name);
      return file(name);
    },
    remove: () => rmSync(folder, {recursive: true, force: true}),
  };
}
