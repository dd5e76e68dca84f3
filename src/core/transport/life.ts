import {
  CLOSE_DETAIL_BYTES_MAX,
  CLOSING_MS_MAX,
  DIAL_MS,
  DUPLICATE_FINISH_MS,
  HALF_OPEN_MS,
  IDLE_MS,
  IDLE_MS_MIN,
  KEEP_ALIVE_MS,
} from '../base/limits.ts';
import { CLOSE_REASONS, type CloseReason } from '../base/peer-error.ts';
import { after, earliest, type Instant } from '../base/time.ts';
import type { CloseFrame } from '../wire/frame.ts';

/**
 * The life of a connection (docs/protocol.md §1.1; RFC 9000 §10).
 *
 *     dialling ──► proving ──► open ──► closing | draining ──► closed
 *         └───────────┴──────────┴────────────────────────────┘ gave up, idle, reset
 *
 * A dial begins with `dialling`; the side that answered begins with `proving`, and is silent in it.
 */
export type LifeState =
  | { readonly name: 'dialling'; readonly giveUpAt: Instant }
  /** Keys are there; the peer has not shown that it has them too. */
  | { readonly name: 'proving'; readonly giveUpAt: Instant }
  | { readonly name: 'open' }
  /** We said that it is over, and say so again to what still comes. */
  | { readonly name: 'closing'; readonly until: Instant; readonly frame: CloseFrame }
  /** The peer said that it is over. */
  | { readonly name: 'draining'; readonly until: Instant }
  | { readonly name: 'closed' };

/** Why a connection's time is up: a reason to close it, or that nothing of it need be kept any more. */
export type TimeUp = 'unreachable' | 'idle' | 'duplicate' | 'forget';

/** A closing or draining connection is kept for so many probe timeouts (RFC 9000 §10.2). */
const CLOSING_PROBES = 3;
/** Close codes that are not QUIC's own (docs/protocol.md, close codes). */
const OUR_CODES_FROM = 0x7100;

/** Which state a connection is in, and all its timers but those of loss and acknowledgement. */
export class Life {
  #state: LifeState;
  #idleMs = IDLE_MS;
  #idleAt: Instant | undefined;
  #keepAliveAt: Instant | undefined;
  #finishAt: Instant | undefined;
  /** Whether an ack-eliciting packet went out since the last one came in (RFC 9000 §10.1). */
  #asked = false;
  #pingOwed = false;
  #closeOwed = false;
  #heardWhileClosing = 0;
  #answerAt = 1;

  constructor(isDial: boolean, now: Instant) {
    this.#state = isDial
      ? { name: 'dialling', giveUpAt: after(now, DIAL_MS) }
      : { name: 'proving', giveUpAt: after(now, HALF_OPEN_MS) };
  }

  get state(): LifeState {
    return this.#state;
  }

  /** Whether it is over for its owner, though packets may still be answered. */
  get isOver(): boolean {
    return this.#state.name === 'closing' || this.#state.name === 'draining' || this.#state.name === 'closed';
  }

  /** Whether it only finishes what it has begun, because another connection to the same peer stays. */
  get isRetiring(): boolean {
    return this.#finishAt !== undefined;
  }

  /** Whether a PING is to be sent, if nothing else is. */
  get pingOwed(): boolean {
    return this.#pingOwed;
  }

  /** A dial was answered: the time that it has left stays what it was. */
  answered(): void {
    if (this.#state.name === 'dialling') this.#state = { name: 'proving', giveUpAt: this.#state.giveUpAt };
    this.#pingOwed = true;
  }

  /** The peer, which was answered again, has until then to prove itself. */
  mayProveUntil(giveUpAt: Instant): void {
    if (this.#state.name === 'proving') this.#state = { name: 'proving', giveUpAt };
  }

  /** The lower of both sides' idle timeouts counts (RFC 9000 §10.1); 0 is none. */
  agreeIdle(peerMs: number): void {
    if (peerMs > 0) this.#idleMs = Math.max(IDLE_MS_MIN, Math.min(IDLE_MS, peerMs));
  }

  confirmed(now: Instant, probeMs: number): void {
    this.#state = { name: 'open' };
    this.heard(now, probeMs);
  }

  /** A packet of the peer was opened. */
  heard(now: Instant, probeMs: number): void {
    this.#asked = false;
    this.#restart(now, probeMs);
  }

  /** A packet went out. */
  said(eliciting: boolean, now: Instant, probeMs: number): void {
    this.#pingOwed = false;
    if (!eliciting) return;
    if (!this.#asked) this.#restart(now, probeMs);
    this.#asked = true;
  }

  /** Another connection to this peer stays: this one has so long to finish its streams. */
  retire(now: Instant): void {
    this.#finishAt ??= after(now, DUPLICATE_FINISH_MS);
  }

  /** We end it. `detail` is for the peer's log. */
  close(reason: CloseReason, detail: string, now: Instant, probeMs: number): void {
    const { code } = CLOSE_REASONS[reason];
    const words = detail.slice(0, CLOSE_DETAIL_BYTES_MAX / 4); // a UTF-16 unit is at most 3 bytes
    const frame: CloseFrame = { type: 'close', application: code >= OUR_CODES_FROM, code, detail: words };
    this.#state = { name: 'closing', until: after(now, closingMs(probeMs)), frame };
    this.#closeOwed = true;
  }

  drain(now: Instant, probeMs: number): void {
    this.#state = { name: 'draining', until: after(now, closingMs(probeMs)) };
  }

  end(): void {
    this.#state = { name: 'closed' };
  }

  /** Something came in while closing: it is answered ever more seldom (RFC 9000 §10.2.1). */
  heardWhileClosing(): void {
    if (++this.#heardWhileClosing < this.#answerAt) return;
    this.#answerAt *= 2;
    this.#closeOwed = true;
  }

  /** Whether CONNECTION_CLOSE is to be sent now; it is then taken as sent. */
  takeCloseOwed(): boolean {
    const owed = this.#closeOwed;
    this.#closeOwed = false;
    return owed;
  }

  deadline(): Instant | undefined {
    const state = this.#state;
    switch (state.name) {
      case 'dialling':
      case 'proving':
        return earliest(state.giveUpAt, this.#finishAt);
      case 'open':
        return earliest(this.#idleAt, this.#keepAliveAt, this.#finishAt);
      case 'closing':
      case 'draining':
        return state.until;
      case 'closed':
        return undefined;
    }
  }

  /** What `now` is too late for; keep-alive is done here. */
  elapse(now: Instant): TimeUp | undefined {
    const state = this.#state;
    const isDue = (at: Instant | undefined): boolean => at !== undefined && at <= now;
    if (state.name === 'closed') return undefined;
    if (state.name === 'closing' || state.name === 'draining') return isDue(state.until) ? 'forget' : undefined;
    if (isDue(this.#finishAt)) return 'duplicate';
    if (state.name !== 'open') return isDue(state.giveUpAt) ? 'unreachable' : undefined;
    if (isDue(this.#idleAt)) return 'idle';
    if (isDue(this.#keepAliveAt)) {
      this.#pingOwed = true;
      this.#keepAliveAt = after(now, KEEP_ALIVE_MS);
    }
    return undefined;
  }

  #restart(now: Instant, probeMs: number): void {
    this.#idleAt = after(now, Math.max(this.#idleMs, CLOSING_PROBES * probeMs));
    this.#keepAliveAt = after(now, Math.min(KEEP_ALIVE_MS, this.#idleMs / 2));
  }
}

/** How long a connection that is over is kept. What the peer announced must not make that long. */
const closingMs = (probeMs: number): number => Math.min(CLOSING_MS_MAX, CLOSING_PROBES * probeMs);
