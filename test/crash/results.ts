import type { FaultKind } from './disk-fault.ts';

/** Something that must not be after a fault, with the last line of the node's log. */
export type Problem = { readonly what: string; readonly log: string };

/** One fault at one operation, and what was wrong afterwards. */
export type PointResult = {
  readonly role: string;
  readonly kind: FaultKind;
  /** Which operation it was, on which file. */
  readonly operation: string;
  readonly problems: readonly Problem[];
  /** How long after the restart everything was as it should be, in milliseconds. */
  readonly settledMs: number;
};

/** What takes longer is told: somebody waited in vain, and tried again. */
const SLOW_MS = 20_000;

/** What came of all points, as they come. */
export class Results {
  readonly points: PointResult[] = [];
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  add(point: PointResult): void {
    const { role, kind, operation, problems, settledMs } = point;
    this.points.push(point);
    const where = `${role}, ${kind} at ${operation}`;
    for (const { what, log } of problems) this.#log(`✗ ${where}: ${what}${log ? `\n    ${log}` : ''}`);
    if (settledMs > SLOW_MS) this.#log(`${where}: it took ${(settledMs / 1000).toFixed(0)} s until all was well`);
  }

  /** All points of this kind have been tried. */
  ended(role: string, kind: FaultKind): void {
    this.#log(`${role} ${kind}: ${this.of(role, kind).length} points`);
  }

  of(role: string, kind: FaultKind): PointResult[] {
    return this.points.filter((point) => point.role === role && point.kind === kind);
  }
}
