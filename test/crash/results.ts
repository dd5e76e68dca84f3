import type { FaultKind } from './disk-fault.ts';

/** Something that must not be after a fault, with the last line of the node's log. */
export type Problem = { readonly what: string; readonly log: string };

/** One fault at one operation, and what was wrong afterwards. */
export type PointResult = {
  readonly role: string;
  readonly kind: FaultKind;
  /** Which operation it was, from 1. */
  readonly operation: string;
  readonly problems: readonly Problem[];
};

/** What came of all points, as they come. */
export class Results {
  readonly points: PointResult[] = [];
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  add(role: string, kind: FaultKind, operation: string, problems: readonly Problem[]): void {
    this.points.push({ role, kind, operation, problems });
    for (const { what, log } of problems)
      this.#log(`✗ ${role} ${kind} at ${operation}: ${what}${log ? `\n    ${log}` : ''}`);
  }

  /** All points of this kind have been tried. */
  ended(role: string, kind: FaultKind): void {
    this.#log(`${role} ${kind}: ${this.of(role, kind).length} points`);
  }

  of(role: string, kind: FaultKind): PointResult[] {
    return this.points.filter((point) => point.role === role && point.kind === kind);
  }
}
