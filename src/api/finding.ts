import { z } from 'zod';
import { FAULTS, type FaultCode, type Finding } from '../core/base/fault.ts';

/*
 * What `/mesh doctor` and `/mesh why` find, as data (docs/troubles.md). Programs go by the code, people by the rest.
 */

const CODES = Object.keys(FAULTS) as [FaultCode, ...FaultCode[]];

export const finding = z.object({
  code: z.enum(CODES),
  severity: z.enum(['error', 'warn', 'info']),
  /** What it is about: a full id, or a word such as `disk`. */
  subject: z.string(),
  /** What was seen. */
  found: z.string(),
  /** What to do about it. */
  fix: z.string(),
});
/** Something that was found, with what to do about it. */
export type FindingView = z.infer<typeof finding>;

export const diagnosis = z.object({
  findings: z.array(finding),
  /** What was looked at and is as it should be. */
  good: z.array(z.object({ what: z.string(), found: z.string() })),
});
/** What a look at everything found: what is wrong, the worst first, and what is not. */
export type Diagnosis = z.infer<typeof diagnosis>;

export const explanation = z.object({
  /** Everything in words: what was tried, when, what stands in the way, what would help. */
  paragraph: z.string(),
  findings: z.array(finding),
});

/** Why something is as it is. */
export type Explanation = z.infer<typeof explanation>;

/** A finding as it is told: with names in place of the ids of nodes. */
export function findingView({ code, subject, found }: Finding, nameOf: (id: string) => string): FindingView {
  const { severity, fix } = FAULTS[code];
  const who = ID.test(subject) ? nameOf(subject) : subject;
  return { code, severity, subject, found: named(found, nameOf), fix: fix.replaceAll('WHO', who) };
}

/** Text with names in place of the ids of nodes and channels. */
export const named = (text: string, nameOf: (id: string) => string): string =>
  text.replace(new RegExp(ID, 'g'), (id) => nameOf(id));

const ID = /\b[a-z2-7]{52}\b/;

/** Whether something is wrong: what is only so is no reason to worry. */
export const isFault = ({ severity }: Pick<FindingView, 'severity'>): boolean => severity !== 'info';
