import type { Result } from '../api/schema.ts';
import { flag, valued } from './arguments.ts';
import { type Answer, command } from './command.ts';
import { fullPath } from './full-path.ts';
import { columns } from './show.ts';
import { writeNew } from './write-new.ts';

type Shown = Omit<Result<'identity'>, 'words'> & {
  readonly words?: string;
  /** The code in half blocks, a line each. */
  readonly qr?: readonly string[];
  /** The file that the code was written into. */
  readonly svg?: string;
};

export const meshIdentity = command({
  name: 'mesh identity',
  summary: 'show who you are: node id, name, contact address, fingerprint',
  args: {},
  options: {
    qr: flag('also as a QR code'),
    words: flag('also six words to compare aloud'),
    svg: valued('FILE', 'write the QR code as a picture (SVG) into a new file', 'file'),
  },
  examples: ['/mesh identity --qr', '/mesh identity --words', '/mesh identity --svg me.svg'],
  akin: ['whoami', 'me', 'id', 'fingerprint'],
  run: async (api, { qr, words, svg }): Promise<Answer<Shown>> => {
    const found = await api.call('identity', {});
    if (!found.ok) return found;
    const { words: sixWords, ...identity } = found.result;
    const code = `QPC:${identity.id.toUpperCase()}`;
    const file = svg === undefined ? undefined : fullPath(svg);
    const saved = file === undefined ? undefined : await writeNew(file, await picture(code));
    if (saved && !saved.ok) return saved;
    const drawn = qr ? { qr: await draw(code) } : {};
    const result = {
      ...identity,
      ...(words ? { words: sixWords } : {}),
      ...drawn,
      ...(file === undefined ? {} : { svg: file }),
    };
    return { ok: true, result };
  },
  render: (result, { aloud }) => {
    if (result.svg !== undefined) return [`your code is in ${result.svg}`];
    return [
      ...columns([
        ['id', result.id],
        ['peer id', result.peerId],
        ['name', result.name],
        ['address', result.uri],
        ['fingerprint', result.fingerprint],
        ...(result.words === undefined ? [] : [['words', result.words]]),
        ['home', result.home],
        ['known peers', String(result.peers)],
      ]),
      ...(result.qr === undefined ? [] : aloud ? [NOT_READ] : result.qr),
    ];
  },
});

/** To whom it is read aloud, rows of blocks say nothing. */
const NOT_READ = 'the code is a picture; the address above says the same, and --words gives six words to compare';

/** A QR code in half blocks, a line each; the encoder is loaded when it is wanted. */
async function draw(text: string): Promise<readonly string[]> {
  const { encodeQR } = await import('qr');
  const dots = encodeQR(text, 'raw', { ecc: 'medium', border: 2 });
  return Array.from({ length: Math.ceil(dots.length / 2) }, (_, row) =>
    (dots[row * 2] ?? []).map((upper, at) => HALVES[upper ? 1 : 0][dots[row * 2 + 1]?.[at] ? 1 : 0]).join(''),
  );
}

/** A QR code as a picture, with the border of four modules that readers ask for (ISO/IEC 18004 §9.1). */
async function picture(text: string): Promise<string> {
  const { encodeQR } = await import('qr');
  return encodeQR(text, 'svg', { ecc: 'medium', border: 4 });
}

/** Dark dots are left empty, so that the code is dark on light on a dark terminal, as cameras expect. */
const HALVES = [
  ['█', '▀'],
  ['▄', ' '],
] as const;
