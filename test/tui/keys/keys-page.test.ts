import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fillKeysPage } from '../../../src/tui/keys/keys-page.ts';

test('docs/terminal.md has the keys that the help has (else: npm run build && npm run docs)', () => {
  const page = readFileSync(new URL('../../../docs/terminal.md', import.meta.url), 'utf8');
  expect(page).toContain('| Alt+A |');
  expect(fillKeysPage(page)).toBe(page);
});
