import type { FaultCode } from '../../src/core/base/fault.ts';
import type { Resident } from './resident.ts';
import type { Stage } from './stage.ts';

/** Something that can go wrong, as it is made to go wrong with real processes. */
export type Fault = {
  readonly name: string;
  /** What it takes: nothing, root on Linux, or network namespaces. */
  readonly needs: 'nothing' | 'root' | 'networks';
  /** What doctor is to name, and nothing else. */
  readonly doctor: FaultCode;
  /** What why is to name, when there is something to ask about. */
  readonly why?: FaultCode;
  /** Makes it go wrong. @returns who asks, and what about */
  readonly make: (stage: Stage) => Promise<{ readonly who: Resident; readonly what?: string }>;
};

/** What became of one. */
export type Outcome = {
  readonly fault: string;
  /** What was expected, of doctor and of why. */
  readonly expected: readonly string[];
  /** What was named; the errors and warnings of doctor, then of why. */
  readonly named: readonly (readonly string[])[];
  /** Nothing but what was expected was named. */
  readonly right: boolean;
  /** Something else was named. */
  readonly false: boolean;
  readonly ms: number;
  /** Why it could not be tried to its end. */
  readonly trouble?: string;
};
