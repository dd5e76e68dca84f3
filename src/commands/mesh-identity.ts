import { flag } from './arguments.ts';
import { command } from './command.ts';
import { columns } from './show.ts';

export const meshIdentity = command({
  name: 'mesh identity',
  summary: 'show who you are: node id, name, contact address, fingerprint',
  args: {},
  options: { qr: flag('also as a QR code'), words: flag('also six words to compare aloud') },
  examples: ['/mesh identity --qr', '/mesh identity --words'],
  akin: ['whoami', 'me', 'id', 'fingerprint'],
  run: async (api, { qr, words }) => {
    const found = await api.call('identity', {});
    if (!found.ok) return found;
    const { words: sixWords, ...identity } = found.result;
    const drawn = qr ? { qr: await draw(`QPC:${identity.id.toUpperCase()}`) } : {};
    return { ok: true, result: { ...identity, ...(words ? { words: sixWords } : {}), ...drawn } };
  },
  render: (result, { aloud }) => [
    ...columns([
      ['id', result.id],
      ['peer id', result.peerId],
      ['name', result.name],
      ['address', result.uri],
      ['fingerprint', result.fingerprint],
      ...('words' in result && result.words !== undefined ? [['words', result.words]] : []),
      ['home', result.home],
      ['known peers', String(result.peers)],
    ]),
    ...('qr' in result && result.qr !== undefined ? (aloud ? [NOT_READ] : result.qr) : []),
  ],
});

/** A QR code in half blocks, a line each; the encoder is loaded when it is wanted. */
async function draw(text: string): Promise<readonly string[]> {
  const { encodeQR } = await import('qr');
  const dots = encodeQR(text, 'raw', { ecc: 'medium', border: 2 });
  return Array.from({ length: Math.ceil(dots.length / 2) }, (_, row) =>
    (dots[row * 2] ?? []).map((upper, at) => HALVES[upper ? 1 : 0][dots[row * 2 + 1]?.[at] ? 1 : 0]).join(''),
  );
}

/** To whom it is read aloud, rows of blocks say nothing. */
const NOT_READ = 'the code is a picture; the address above says the same, and --words six words to compare';

/** Dark dots are left empty, so that the code is dark on light on a dark terminal, as cameras expect. */
const HALVES = [
  ['█', '▀'],
  ['▄', ' '],
] as const;
