// `npm run shots`: draws the pictures of docs/images anew, of the built screen in a real terminal, in the valley of test/support.
//
// --check      only says which are stale
// --every DIR  draws every picture in every look and size, into DIR, to be looked at
// --only NAME  only this one
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DARK_PAINT, LIGHT_PAINT, picture } from '../test/support/picture.ts';
import { spawn } from '../test/support/screen.ts';
import { readOptions, refuse } from './options.mjs';

const IMAGES = fileURLToPath(new URL('../docs/images', import.meta.url));
const SCREEN = fileURLToPath(new URL('../test/support/screen-on-valley.ts', import.meta.url));

const press =
  (...keys) =>
  (screen) =>
    screen.press(...keys);
const type = (text) => (screen) => screen.type(text);
const until = (what) => (screen) => screen.until(what, 20_000);

/** What is photographed: what the screen is to show first, and what is done then. */
const PICTURES = [
  { name: 'chat', title: 'The chat', steps: [] },
  { name: 'choosing', title: 'A message chosen, to be answered', steps: [press('M-v', 'Up', 'Up'), until('reply')] },
  { name: 'search', title: 'Search of what was written', steps: [press('C-f', 'Tab'), type('the'), until('1 of 14')] },
  { name: 'commands', title: 'Completion of a command', steps: [type('/mesh st'), until('what this node keeps')] },
  {
    name: 'peers',
    title: 'Peers: who is near, and how good the links are',
    world: 'minutes',
    steps: [press('M-p'), until('Peers')],
    quietMs: 1_500,
  },
  { name: 'map', title: 'The mesh map', steps: [press('M-m'), until('map')] },
  {
    name: 'route',
    title: 'The ways to one peer',
    steps: [type('/mesh route えりか'), press('Enter'), until('Esc back')],
  },
  { name: 'store', title: 'The store: what this node keeps', steps: [press('M-s'), until('Store')] },
  {
    name: 'identity',
    title: 'Identity: a code for a camera, words for the ear',
    steps: [press('M-i'), until('Your identity')],
  },
  {
    name: 'details',
    title: 'The life of a letter: who has it, since when, by which way',
    steps: [press('M-5'), until('blue pot'), press('M-v', 'Up'), until('i details'), type('i'), until('written')],
  },
  { name: 'help', title: 'Help: keys and commands', steps: [press('M-h'), until('Help')] },
  {
    name: 'goto',
    title: 'Go to: a chat, a person, a view or a command by a few letters',
    steps: [press('C-g'), type('ma'), until('market')],
  },
  {
    name: 'first-run',
    title: 'The first run',
    world: 'alone',
    steps: [until('Pick a name'), type('ann')],
  },
];

const LOOKS = [
  { suffix: '', size: { cols: 100, rows: 30 }, paint: DARK_PAINT },
  { suffix: '-light', size: { cols: 100, rows: 30 }, paint: LIGHT_PAINT },
  { suffix: '-small', size: { cols: 60, rows: 20 }, paint: DARK_PAINT },
  { suffix: '-mono', size: { cols: 100, rows: 30 }, paint: DARK_PAINT, env: { NO_COLOR: '1' } },
];
/** Sizes that pages need not show, but that somebody should have looked at. */
const MORE_LOOKS = [
  { suffix: '-80', size: { cols: 80, rows: 24 }, paint: DARK_PAINT },
  { suffix: '-40', size: { cols: 40, rows: 12 }, paint: DARK_PAINT },
];

const { values: options } = readOptions({
  options: { check: { type: 'boolean' }, every: { type: 'string' }, only: { type: 'string' } },
});
const wanted = PICTURES.filter(({ name }) => options.only === undefined || name === options.only);
if (wanted.length === 0)
  refuse(`no such picture: ${options.only}; there are ${PICTURES.map(({ name }) => name).join(', ')}`);

const stale = [];
if (options.every !== undefined) mkdirSync(options.every, { recursive: true });
for (const one of wanted) {
  // The pages of docs/ show every view in the dark, and the chat in all looks.
  const shown = one.name === 'chat' ? LOOKS : LOOKS.slice(0, 1);
  for (const look of options.every === undefined ? shown : [...LOOKS, ...MORE_LOOKS]) {
    const file = join(options.every ?? IMAGES, `${one.name}${look.suffix}.svg`);
    const drawn = await photograph(one, look);
    if (!options.check) writeFileSync(file, drawn);
    else if (drawn !== textOf(file)) stale.push(file);
  }
}
if (stale.length > 0) {
  process.stderr.write(`stale: ${stale.join(', ')} · npm run build && npm run shots\n`);
  process.exit(1);
}

async function photograph({ title, world = 'valley', steps, quietMs = 250 }, { size, paint, env = {} }) {
  using screen = spawn([SCREEN, world], size, env);
  // The terminal tells its background, as real ones do (xterm, OSC 11).
  screen.terminal.parser.registerOscHandler(11, (asked) => {
    if (asked === '?') screen.type(`\x1b]11;${rgb(paint.paper)}\x1b\\`);
    return true;
  });
  await screen.until('❯', 20_000);
  await settled(screen, 250);
  for (const step of steps) await step(screen);
  await settled(screen, quietMs);
  const caret = screen.raw.lastIndexOf('\x1b[?25h') > screen.raw.lastIndexOf('\x1b[?25l');
  return picture(screen.terminal, { paint, caret, title: `qpc. ${title}.` });
}

/** Until nothing has been written for so long. */
async function settled(screen, quietMs) {
  for (let written = -1; written !== screen.raw.length; await pause(quietMs)) written = screen.raw.length;
}

function rgb(hex) {
  const [red, green, blue] = [1, 3, 5].map((at) => hex.slice(at, at + 2).repeat(2));
  return `rgb:${red}/${green}/${blue}`;
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
