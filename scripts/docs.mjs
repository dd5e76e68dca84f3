// Makes the generated parts of docs/commands.md anew from the table of commands. `--check` only says whether they are stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { fillCommandsPage } from '../dist/cli/commands-page.js';
import { OPTIONS } from '../dist/host/options/option-table.js';

const path = new URL('../docs/commands.md', import.meta.url);
const page = readFileSync(path, 'utf8');
const filled = fillCommandsPage(page, OPTIONS);
if (process.argv.includes('--check')) {
  if (filled !== page) {
    process.stderr.write('docs/commands.md is stale · npm run build && npm run docs\n');
    process.exit(1);
  }
} else writeFileSync(path, filled);
