import { AGAIN_MS_MAX, AGAIN_MS_MIN, REFUSED_WAIT_MS_MIN } from '../base/limits.ts';
import { after, type Instant, instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { Refusal } from '../wire/mesh-message.ts';

/** What is to become of one direct envelope next. In memory only. */
export type Plan = {
  /** Whose turn it is. */
  readonly inFlight: NodeId | undefined;
  /** When the next try may come, by somebody who does not have it yet. */
  readonly nextAt: Instant;
  /** When those who have it may be asked again, and how long that is to wait. */
  readonly againAt: Instant;
  readonly waitMs: number;
  /** It waits because somebody has taken it, and not because nobody would. */
  readonly taken: boolean;
  /** Whoever gets it next is asked to take it anew. */
  readonly again: boolean;
  /** Neighbours that did not take it, or did not answer, since it rested last. */
  readonly failed: readonly NodeId[];
};

/** How an envelope waits for its next try: at first so long, then twice as long each time, up to an hour. */
export type Rest = {
  readonly waitMs: number;
  /** Somebody has it, and what is waited for is the receipt. */
  readonly taken: boolean;
  /** Whoever gets it afterwards is to take it anew. */
  readonly again: boolean;
  /** After how long somebody may be tried who does not have it, doubled as well; as long as `waitMs` without it. */
  readonly lateMs?: number;
};

/** What a recipient says that it will say again: trying on would only cost both. */
export const FINAL_REFUSALS: ReadonlySet<Refusal> = new Set(['invalid', 'unsupported', 'blocked', 'expired']);

/** The rest of what nobody would take. */
export const NOT_TAKEN: Rest = { waitMs: REFUSED_WAIT_MS_MIN, taken: false, again: false };
/** A sender asks again when no receipt came. */
export const RECEIPT_OVERDUE: Rest = { waitMs: AGAIN_MS_MIN, taken: true, again: true };
/** A relay leaves that to the sender, and asks by itself only in the end. */
export const PASSED_ON: Rest = { waitMs: AGAIN_MS_MAX, taken: true, again: false };

/** The plan for what is to be tried at once. */
export const NEW: Plan = {
  inFlight: undefined,
  nextAt: instant(0),
  againAt: instant(0),
  waitMs: 0,
  taken: false,
  again: false,
  failed: [],
};

/** The plan after a try that is to be followed by a rest. */
export function rested(plan: Plan, { waitMs, taken, again, lateMs = waitMs }: Rest, now: Instant): Plan {
  const doubledMs = plan.taken === taken ? plan.waitMs * 2 : 0;
  const restMs = Math.min(AGAIN_MS_MAX, Math.max(waitMs, doubledMs));
  return {
    ...NEW,
    nextAt: after(now, Math.min(restMs, (lateMs * restMs) / waitMs)),
    againAt: taken ? after(now, restMs) : plan.againAt,
    waitMs: restMs,
    taken,
    again: again || (plan.again && !taken),
  };
}

/**
 * The plan, after a restart, for what others have taken before: who has it is asked within this time, each envelope at a moment of
 * its own, so that neither everything is sent again at once nor anything waits for an hour anew.
 */
export function resumed(id: EnvelopeId, withinMs: number, now: Instant): Plan {
  const at = after(now, share(id) * withinMs);
  return { ...NEW, nextAt: at, againAt: at, waitMs: AGAIN_MS_MIN, taken: true, again: true };
}

/** A number in [0, 1) that is an envelope's own. */
const share = (id: EnvelopeId): number => Number.parseInt(id.slice(0, 8), 16) / 0x1_0000_0000;
