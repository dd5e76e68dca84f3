// Makes the generated parts of docs/ anew: the commands, from their table, and the keys, from theirs. `--check` only says what is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { fillCommandsPage } from '../dist/cli/commands-page.js';
import { manPage } from '../dist/cli/man-page.js';
import { OPTIONS } from '../dist/host/options/option-table.js';
import { VERSION } from '../dist/host/process/version.js';
import { actionRows } from '../dist/tui/keys/key-map.js';
import { fillKeysPage } from '../dist/tui/keys/keys-page.js';

const PAGES = {
  'docs/commands.md': (page) => fillCommandsPage(page, { options: OPTIONS, actions: actionRows() }),
  'docs/terminal.md': fillKeysPage,
  'docs/qpc.1': () => `${manPage(OPTIONS, VERSION).join('\n')}\n`,
};

for (const [name, fill] of Object.entries(PAGES)) {
  const path = new URL(`../${name}`, import.meta.url);
  const page = readFileSync(path, 'utf8');
  const filled = fill(page);
  if (!process.argv.includes('--check')) writeFileSync(path, filled);
  else if (filled !== page) {
    process.stderr.write(`${name} is stale · npm run build && npm run docs\n`);
    process.exitCode = 1;
  }
}
