import type { TransportParameters } from '../wire/transport-parameters.ts';
import type { FrameOwner, PacketBuilder } from './packet-builder.ts';

/** An ACK for a quarter of the window, so that four come back in a round trip; but for no fewer and no more packets than these. */
const EVERY = { windowShare: 1 / 4, min: 2, max: 32 } as const;
/** Nor for more bytes: what waits for an ACK is kept in the send buffers, and a writer must not run into their end. */
const EVERY_BYTES_MAX = 64 * 1024;
/** Nor later than a quarter of a round trip. Below this, an ACK would no longer find a packet of its owner's to go with. */
const DELAY = { rttShare: 1 / 4, minMs: 5, maxMs: 25 } as const;
/** As many later packets as make one lost (RFC 9002 §6.1.1): an ACK before that says nothing, one after it is late. */
const REORDERING_THRESHOLD = 3;
/** A wish that differs by less is not worth a frame. */
const MUCH = 2;

type Wish = { readonly every: number; readonly delayMs: number };

/**
 * How often we wish to be acknowledged: ACK_FREQUENCY out (draft-ietf-quic-ack-frequency §4, §8; docs/protocol.md §1.3). A fast
 * path needs fewer ACKs than every second packet, a short one sooner than the peer's max_ack_delay.
 */
export class AckFrequency implements FrameOwner<number> {
  /** A wish goes with what is sent anyway: it is about nothing else. */
  readonly isPending = false;
  /** In milliseconds; `undefined` when the peer takes no wishes. */
  readonly #delayMsMin: number | undefined;
  /** What the peer is known to do, and what it will do, as far as has been asked. */
  #agreedDelayMs: number;
  #asked: Wish;
  /** What the newest frame said. */
  #sent: Wish;
  #isOwed = false;
  #isUnderWay = false;
  #sequence = 0;

  /** @param peer - what the peer announced. */
  constructor({ maxAckDelayMs, minAckDelayMicros }: Pick<TransportParameters, 'maxAckDelayMs' | 'minAckDelayMicros'>) {
    this.#delayMsMin = minAckDelayMicros > 0 ? minAckDelayMicros / 1_000 : undefined;
    this.#agreedDelayMs = maxAckDelayMs;
    this.#asked = { every: 2, delayMs: maxAckDelayMs };
    this.#sent = this.#asked;
  }

  /** How long the peer may delay an ACK, in milliseconds: while a wish is on its way, the longer of both (§7). */
  get maxAckDelayMs(): number {
    return Math.max(this.#agreedDelayMs, this.#asked.delayMs);
  }

  /** The path is like this now. One wish at a time is on its way, so that there is at most one in a round trip. */
  adapt(path: { readonly windowBytes: number; readonly datagramBytes: number; readonly rttMs: number }): void {
    if (this.#delayMsMin === undefined || this.#isUnderWay) return;
    const bytes = Math.min(EVERY.windowShare * path.windowBytes, EVERY_BYTES_MAX);
    const every = within(Math.floor(bytes / path.datagramBytes), EVERY);
    const delayMs = Math.max(
      this.#delayMsMin,
      within(path.rttMs * DELAY.rttShare, { min: DELAY.minMs, max: DELAY.maxMs }),
    );
    if (!differsMuch(every, this.#asked.every) && !differsMuch(delayMs, this.#asked.delayMs)) return;
    this.#asked = { every, delayMs };
    this.#isOwed = true;
  }

  writeFrames(builder: PacketBuilder): void {
    if (!this.#isOwed) return;
    const { every, delayMs } = this.#asked;
    const sequence = this.#sequence + 1;
    const frame = {
      type: 'ack-frequency',
      sequence,
      elicitingThreshold: every - 1,
      maxAckDelayMicros: Math.ceil(delayMs * 1_000),
      reorderingThreshold: REORDERING_THRESHOLD,
    } as const;
    if (!builder.add(frame, this, sequence)) return;
    this.#sequence = sequence;
    this.#sent = this.#asked;
    this.#isOwed = false;
    this.#isUnderWay = true;
  }

  acked(sequence: number): void {
    if (sequence !== this.#sequence) return;
    this.#agreedDelayMs = this.#sent.delayMs;
    // It may have counted as lost, and another wish have taken its place.
    this.#isOwed = this.#asked !== this.#sent;
    this.#isUnderWay = false;
  }

  lost(sequence: number): void {
    if (sequence !== this.#sequence || !this.#isUnderWay) return;
    // It may have come through after all, so that the peer does as it says.
    this.#agreedDelayMs = this.maxAckDelayMs;
    this.#isOwed = true;
    this.#isUnderWay = false;
  }
}

const within = (value: number, { min, max }: { readonly min: number; readonly max: number }): number =>
  Math.max(min, Math.min(max, value));

const differsMuch = (a: number, b: number): boolean => a >= MUCH * b || b >= MUCH * a;
