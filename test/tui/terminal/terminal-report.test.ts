import { describe, expect, test } from 'vitest';
import { type Preferences, USUAL_PREFERENCES } from '../../../src/api/preferences.ts';
import type { TerminalAnswers } from '../../../src/tui/terminal/ask-terminal.ts';
import { USUAL_GLYPHS } from '../../../src/tui/terminal/glyphs.ts';
import { terminalReport } from '../../../src/tui/terminal/terminal-report.ts';
import { spawn } from '../../support/screen.ts';
import { tempDir } from '../../support/temp-dir.ts';

const USUAL: TerminalAnswers = {
  glyphs: USUAL_GLYPHS,
  marksPastes: true,
  size: { cols: 100, rows: 30 },
  background: 'dark',
  kitty: false,
  answers: true,
};
const ENV = { TERM: 'xterm-256color', LANG: 'C.UTF-8' };

const report = (answers: Partial<TerminalAnswers> = {}, env: object = {}, preferences: Partial<Preferences> = {}) =>
  terminalReport(
    { ...USUAL, ...answers },
    { env: { ...ENV, ...env }, preferences: { ...USUAL_PREFERENCES, ...preferences } },
  );
const said = (what: string, ...how: Parameters<typeof report>): string | undefined =>
  report(...how).good.find((one) => one.what === what)?.found;
const codes = (...how: Parameters<typeof report>) => report(...how).findings.map(({ code }) => code);

describe('what qpc doctor says of a terminal', () => {
  test('which one it is, how large, and over what', () => {
    expect(said('terminal')).toBe('xterm-256color, 100 columns and 30 rows');
    const far = { TERM: 'tmux-256color', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.3a', SSH_TTY: '/dev/pts/1' };
    expect(said('terminal', {}, far)).toBe('tmux 3.3a (tmux-256color), 100 columns and 30 rows, over ssh');
    expect(said('terminal', { answers: false })).toMatch(/; it answers no question$/);
  });

  test('how many colours, and why', () => {
    expect(said('colours')).toBe('256: TERM is xterm-256color, COLORTERM is not set');
    expect(said('colours', {}, { NO_COLOR: '1' })).toBe('none: NO_COLOR is set');
    expect(said('colours', {}, { NO_COLOR: '1' }, { color: 'always' })).toBe('256: color is always');
  });

  test('which theme, and what decided it', () => {
    expect(said('theme')).toBe('dark: the terminal says that its background is');
    expect(said('theme', {}, {}, { theme: 'light' })).toBe('light, as it is set');
    expect(said('theme', {}, {}, { theme: '/etc/dusk.toml' })).toBe('the file /etc/dusk.toml');
    expect(said('theme', { background: undefined })).toMatch(/^dark: the terminal does not tell/);
    expect(said('theme', { background: undefined }, { COLORFGBG: '0;15' })).toBe('light: COLORFGBG is 0;15');
  });

  test('whether it marks pastes, as far as it says: one that says nothing may do it all the same, as tmux does', () => {
    expect(said('pastes')).toBe('marked by the terminal');
    expect(said('pastes', { marksPastes: false })).toMatch(/^the terminal does not say whether/);
  });

  test('what cannot be pressed, copied or announced', () => {
    expect(said('keys')).toMatch(/Ctrl\+J/);
    expect(said('keys', { kitty: true })).toMatch(/Shift\+Enter makes a new line/);
    expect(said('copying', {}, { TMUX: '/tmp/x' })).toMatch(/set-clipboard on/);
    expect(said('notices', {}, { SSH_TTY: 'x' })).toMatch(/^none over ssh/);
    expect(said('notices', {}, {}, { notify: 'off' })).toBe('none: notify is off');
  });

  test('why only ASCII is drawn, and what is drawn simpler', () => {
    expect(codes()).toEqual([]);
    expect(codes({}, { LANG: 'C' })).toEqual(['TERMINAL_ASCII']);
    expect(codes({ glyphs: { ...USUAL_GLYPHS, wideAmbiguous: true } })).toEqual(['TERMINAL_ASCII']);
    const simplified = new Set(['toned', 'keycap'] as const);
    const [finding] = report({ glyphs: { ...USUAL_GLYPHS, simplified } }).findings;
    expect(finding).toMatchObject({
      code: 'TERMINAL_WIDTHS',
      found: expect.stringContaining('tones of skin, keycaps'),
    });
  });
});

describe('qpc doctor on a terminal', () => {
  test('asks it, says what it found and leaves it as it was', async () => {
    const home = tempDir();
    using screen = spawn(['bin/qpc.js', '--home', home, '--theme', 'light', 'doctor'], { cols: 100, rows: 30 });
    await screen.until(/✓ links: /);
    expect(screen.text()).toContain('✓ terminal: xterm-256color, 100 columns and 30 rows\n');
    expect(screen.text()).toContain('✓ theme: light, as it is set');
    expect(screen.text()).toMatch(new RegExp(`✓ config: ${home}/config.toml: nothing is set there`));
    expect(await screen.exit).toBe(1);
    expect(screen.alternate()).toBe(false);
    expect(screen.text()).not.toMatch(/👍|ñ|─●|\[\?/);
  });

  test('asks nothing of one that is read aloud', async () => {
    using screen = spawn(['bin/qpc.js', '--home', tempDir(), 'doctor'], { cols: 100, rows: 30 }, { ACCESSIBLE: '1' });
    expect(await screen.exit).toBe(1);
    expect(screen.raw).toContain('good: config:');
    expect(screen.raw).not.toContain('\u001b');
  });
});
