import type { FindingView } from '../api/finding.ts';
import type { Context } from './context.ts';
import type { Face } from './find.ts';

/** A finding on one line: the code, what was seen, and what to do. */
export const faultLine = ({ code, severity, found, fix }: FindingView, { ascii }: Pick<Context, 'ascii'>): string => {
  const sign = severity === 'info' ? (ascii ? '- ' : '·') : ascii ? 'x!' : '✗';
  return `${sign} ${code}: ${found}${ascii ? ' - ' : ' · '}${fix}`;
};

/** Commands are written as in the chat; in a shell what stands behind a slash stands behind `qpc`. Paths stay. */
export const commandsIn = (text: string, face: Face): string =>
  face === 'chat' ? text : text.replace(/(^|[\s(])\/(mesh|identity|up|add|block|accept|rename)\b/g, '$1qpc $2');
