import type { Address } from '../base/address.ts';
import type { Instant } from '../base/time.ts';
import { decodeFrames, type Frame } from '../wire/frame.ts';
import type { LifeState } from './life.ts';
import type { Loss, SentPacket } from './loss.ts';
import type { Path } from './path.ts';
import type { Paths } from './paths.ts';
import type { Trace } from './trace.ts';

/**
 * What the packets of a connection tell its tracer, and what has changed about them since they told it last. There is one only if
 * there is a tracer.
 */
export class Tracing {
  readonly #trace: Trace;
  readonly #loss: Loss;
  readonly #paths: Paths;
  #state: LifeState['name'] = 'proving';
  #keyPhase = 0;
  /** The path that was used last, and what was known of it. */
  #path: Path;
  #isProved: boolean;
  #datagramBytes: number;

  constructor(trace: Trace, loss: Loss, paths: Paths) {
    this.#trace = trace;
    this.#loss = loss;
    this.#paths = paths;
    this.#path = paths.current;
    this.#isProved = this.#path.isProved;
    this.#datagramBytes = this.#path.mtu.bytesMax;
  }

  /** A packet goes out, and counts as sent after this. @param payload - its frames. */
  sent({ number, bytes, aside, path, sentAt: now }: Sent, payload: Uint8Array, keyPhase: number): void {
    if (keyPhase !== this.#keyPhase) this.#trace({ type: 'keys', phase: keyPhase }, now);
    this.#keyPhase = keyPhase;
    const frames = decodeFrames(payload);
    const { address } = path;
    if (path !== this.#paths.current && frames.some(({ type }) => type === 'path-challenge'))
      this.#trace({ type: 'path', address, what: 'probing' }, now);
    const isProbe = this.#loss.probes > 0;
    this.#trace(
      {
        type: 'packet-sent',
        kind: 'short',
        number,
        keyPhase,
        bytes,
        frames,
        address,
        isProbe,
        isMtuProbe: aside === 'mtu',
      },
      now,
    );
    this.recovery(now);
  }

  /** A packet came in, and nothing has been made of it yet. */
  received(packet: Received, now: Instant): void {
    this.#trace({ type: 'packet-received', kind: 'short', ...packet }, now);
  }

  dropped(why: 'unopened' | 'duplicate', bytes: number, now: Instant): void {
    this.#trace({ type: 'packet-dropped', why, bytes }, now);
  }

  state(state: LifeState['name'], now: Instant): void {
    if (state !== this.#state) this.#trace({ type: 'state', state }, now);
    this.#state = state;
  }

  /** Where loss recovery stands, and which path it is about. */
  recovery(now: Instant): void {
    const path = this.#paths.current;
    this.#follow(path, now);
    const { rtt, congestion, bytes } = path.flight;
    this.#trace(
      {
        type: 'metrics',
        windowBytes: congestion.windowBytes,
        bytesInFlight: bytes,
        packetsInFlight: this.#loss.packetsInFlight,
        smoothedRttMs: rtt.smoothedMs,
        latestRttMs: rtt.latestMs,
        minRttMs: rtt.measuredMs === undefined ? undefined : rtt.minMs,
        rttVariationMs: rtt.variationMs,
        probeTimeouts: this.#loss.timeouts,
      },
      now,
    );
    this.#trace({ type: 'congestion', state: congestion.isSlowStart ? 'slow-start' : 'avoidance' }, now);
  }

  #follow(path: Path, now: Instant): void {
    const { address, isProved, mtu } = path;
    const isOther = path !== this.#path;
    if (isOther) this.#trace({ type: 'path', address, what: 'used' }, now);
    if (isProved && (isOther || !this.#isProved)) this.#trace({ type: 'path', address, what: 'validated' }, now);
    const [from, to] = [this.#datagramBytes, mtu.bytesMax];
    if (from !== to) this.#trace({ type: 'datagram-bytes', from, to }, now);
    this.#path = path;
    this.#isProved = isProved;
    this.#datagramBytes = to;
  }
}

type Sent = Pick<SentPacket, 'number' | 'bytes' | 'aside' | 'sentAt'> & { readonly path: Path };

type Received = {
  readonly number: number;
  readonly bytes: number;
  readonly frames: readonly Frame[];
  readonly address: Address;
};
