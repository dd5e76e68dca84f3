import type { FindingView } from '../api/finding.ts';
import type { Face } from './find.ts';
import { type Wording, worded } from './wording.ts';

/** A finding on one line: the code, what was seen, and what to do. */
export function faultLine(
  { code, severity, found, fix }: FindingView,
  wording: Pick<Wording, 'ascii' | 'aloud'>,
): string {
  const { sign, ascii, aloud } = severity === 'info' ? AS_IT_IS : WRONG;
  const before = wording.aloud ? aloud : wording.ascii ? ascii : sign;
  return worded(`${before} ${code}: ${found} · ${fix}`, wording);
}

const WRONG = { sign: '✗', ascii: 'x!', aloud: 'wrong:' } as const;
const AS_IT_IS = { sign: '·', ascii: '- ', aloud: 'note:' } as const;

/** Commands are written as in the chat; in a shell what stands behind a slash stands behind `qpc`. Paths stay. */
export const commandsIn = (text: string, face: Face): string =>
  face === 'chat' ? text : text.replace(/(^|[\s(])\/(mesh|identity|up|add|block|accept|rename|set)\b/g, '$1qpc $2');
