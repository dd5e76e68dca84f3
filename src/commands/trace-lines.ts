import type { Traced, TraceHop } from '../api/shapes.ts';
import { columns, plural, rtt } from './show.ts';

/** A trace in words: where it came to, and the nodes that signed, there and back. */
export function traceLines(found: Traced): readonly string[] {
  const { name, end, there, back } = found;
  const last = there.at(-1)?.name ?? 'this node';
  const isMirror = there.slice(0, -1).map(idOf).reverse().join() === back.slice(0, -1).map(idOf).join();
  return [
    `${ENDS[end](name, last)} · ${plural(there.length, 'hop')}, ${rtt(found.rttMs)} there and back`,
    ...columns(there.map(hopRow)),
    isMirror ? 'back the same way:' : 'back another way:',
    ...columns(back.map(hopRow)),
  ];
}

const ENDS: Readonly<Record<Traced['end'], (name: string, last: string) => string>> = {
  reached: (name) => `${name} is reached`,
  'no-route': (name, last) => `it ends at ${last}, which knows no way on to ${name}`,
  hops: (name, last) => `it ends at ${last}: too many links, and ${name} is farther`,
  forged: (name) => `what came back is not from ${name}: a node on the way has changed it`,
};

const idOf = ({ id }: TraceHop): string => id;

const hopRow = ({ name, rttMs, signed }: TraceHop, at: number): readonly string[] => [
  `  ${at + 1}`,
  name,
  `link ${rtt(rttMs)}`,
  signed ? 'signed' : 'NOT SIGNED',
];
