import encodeQR from 'qr';
import type { Result } from '../../api/schema.ts';
import { plural } from '../../commands/show.ts';
import { padEnd, width } from '../drawing/cells.ts';
import { grouped } from '../drawing/format.ts';
import * as guard from '../drawing/guard.ts';
import type { Theme } from '../drawing/theme.ts';
import { wrap } from '../drawing/wrap.ts';
import type { PaneOf } from '../pane.ts';
import type { Area } from '../reading/scroll.ts';
import type { ViewState } from '../screen-state.ts';
import { bodyRows, frame, notRead, scrolledBody } from './frame.ts';

/** Who we are, as a code for a camera and as words for people. */
export function identity(_state: ViewState, shown: PaneOf<'identity'>, pane: Area, theme: Theme): string[] {
  const { shows: identity } = shown;
  if (!identity) return frame('Your identity', notRead(shown, theme), ['Esc back'], pane, theme);
  const code = theme.signs.name === 'ascii' ? [] : qrCode(`QPC:${identity.id.toUpperCase()}`, theme);
  const codeCols = code.length === 0 ? 0 : width(code[0]!);
  const beside = pane.cols - codeCols - 6;
  const title = `Your identity ${theme.signs.dash} let a friend scan this`;
  const keys = ['s save as a picture', 'a add a friend', 'y copy', 'Esc back'];
  if (codeCols > 0 && beside >= 30 && code.length + 1 <= bodyRows(pane)) {
    const facts = about(identity, { cols: beside, rows: bodyRows(pane) - 1 }, theme);
    const rows = Math.max(code.length, Math.min(facts.length, bodyRows(pane) - 1));
    const body = Array.from(
      { length: rows },
      (_, row) => `  ${code[row] ?? padEnd('', codeCols)}   ${facts[row] ?? ''}`,
    );
    return frame(title, ['', ...body], keys, pane, theme);
  }
  const missing = code.length + 1 - bodyRows(pane);
  const room = Math.max(8, pane.cols - 6);
  const facts = about(identity, { cols: room, rows: 0 }, theme).map((line) => `   ${line}`);
  if (codeCols > 0 && missing <= 0 && codeCols + 4 <= pane.cols) {
    return frame(title, ['', ...code.map((line) => `  ${line}`), '', ...facts], keys, pane, theme);
  }
  const why = wrap(whyNoCode(codeCols, missing, pane), room).map((line) => theme.warn(`   ${line}`));
  const body = scrolledBody(['', ...why, ...facts], shown.top ?? 0, pane, theme);
  return frame('Your identity', body, keys, pane, theme);
}

function whyNoCode(codeCols: number, missingRows: number, { cols }: Area): string {
  if (codeCols === 0) return 'This terminal cannot draw the code: s saves it as a picture.';
  const lacks = [
    cols < codeCols + 4 ? plural(codeCols + 4 - cols, 'column') : '',
    missingRows > 0 ? plural(missingRows, 'row') : '',
  ].filter((part) => part !== '');
  return `The code does not fit: ${lacks.join(' and ')} more would do. s saves it as a picture.`;
}

/** What there is to know, in parts with air between them where `rows` suffice. */
function about(
  { id, name, fingerprint, words, uri, home }: Result<'identity'>,
  { cols, rows }: Area,
  theme: Theme,
): string[] {
  const part = (label: string, value: string): string[] => [
    theme.dim(label),
    ...wrap(guard.line(value), Math.max(6, cols - 2)).map((line) => `  ${line}`),
  ];
  const parts = [
    [theme.bold(guard.line(name))],
    part('id', grouped(id)),
    part('fingerprint', fingerprint),
    part('compare these words aloud', words.split(/\s+/).join(` ${theme.signs.dot} `)),
    part('as text', uri),
    part('kept in', home),
    part('a copy of the key', 'in a shell: qpc identity backup'),
  ];
  const tight = parts.flat();
  return tight.length + parts.length - 1 > rows ? tight : parts.flatMap((one, at) => (at === 0 ? one : ['', ...one]));
}

/**
 * A QR code in half blocks, a light border of two modules around it, black on white whatever the theme. Without colours
 * the blocks are the light modules: most such terminals are dark. Upper case keeps the code in its small alphabet.
 */
export function qrCode(text: string, theme: Theme): string[] {
  const modules = encodeQR(text, 'raw', { ecc: 'low', border: 2 });
  const inked = theme.paper('x') !== 'x';
  const dark = (x: number, y: number): boolean => (modules[y]?.[x] ?? false) === inked;
  return Array.from({ length: Math.ceil(modules.length / 2) }, (_, row) => {
    const cells = modules.map((_module, x) => BLOCKS[Number(dark(x, row * 2)) * 2 + Number(dark(x, row * 2 + 1))]);
    return theme.paper(cells.join(''));
  });
}

const BLOCKS = [' ', '▄', '▀', '█'] as const;
