import { after, earliest, type Instant, instant } from '../../src/core/base/time.ts';
import type { Congestion, PacketFate } from '../../src/core/transport/congestion.ts';
import { Pacer } from '../../src/core/transport/pacer.ts';
import { Rtt } from '../../src/core/transport/rtt.ts';
import type { Bottleneck } from './bottleneck.ts';

const DATAGRAM_BYTES = 1_200;
const PACKET_THRESHOLD = 3;
const TIMEOUT_MS = 1_000;

/**
 * A sender that has always something to send, its receiver that acknowledges each packet, and nothing of a connection:
 * what a congestion controller and a pacer do by themselves.
 */
export class Flow {
  readonly congestion: Congestion;
  readonly #pacer = new Pacer();
  readonly #rtt = new Rtt();
  readonly #flying = new Map<number, PacketFate>();
  #next = 0;
  #quietSince: Instant;
  deliveredBytes = 0;

  constructor(congestion: Congestion, startAt: Instant) {
    this.congestion = congestion;
    this.#quietSince = startAt;
    this.#adapt();
  }

  /** When it wants to be asked again. */
  deadline(now: Instant): Instant | undefined {
    if (now < this.#quietSince) return this.#quietSince;
    const timeout = this.#flying.size === 0 ? undefined : after(this.#quietSince, TIMEOUT_MS);
    return earliest(timeout, this.#hasRoom ? (this.#pacer.nextAt(DATAGRAM_BYTES, now) ?? now) : undefined);
  }

  /** The next packet, if one may go now. */
  send(now: Instant): PacketFate | undefined {
    if (now < this.#quietSince) return undefined;
    if (now >= this.#quietSince + TIMEOUT_MS) this.#timeout(now);
    if (!this.#hasRoom || this.#pacer.nextAt(DATAGRAM_BYTES, now) !== undefined) return undefined;
    const packet = { number: this.#next++, bytes: DATAGRAM_BYTES, sentAt: now };
    if (this.#flying.size === 0) this.#quietSince = now;
    this.#flying.set(packet.number, packet);
    this.congestion.sent(packet.number, packet.bytes, now);
    this.#pacer.sent(packet.bytes, now);
    return packet;
  }

  acked(packet: PacketFate, now: Instant): void {
    this.deliveredBytes += packet.bytes;
    this.#quietSince = now;
    if (!this.#flying.delete(packet.number)) return;
    this.#rtt.sample(now - packet.sentAt, 0);
    this.congestion.acked(packet, this.#rtt, true, now);
    let last: PacketFate | undefined;
    for (const sent of this.#flying.values()) {
      if (sent.number > packet.number - PACKET_THRESHOLD) break;
      this.#flying.delete(sent.number);
      last = sent;
    }
    if (last) this.congestion.lost(last, now);
    this.#adapt();
  }

  get #hasRoom(): boolean {
    return (this.#flying.size + 1) * DATAGRAM_BYTES <= this.congestion.windowBytes;
  }

  #timeout(now: Instant): void {
    this.#quietSince = now;
    const last = [...this.#flying.values()].at(-1);
    this.#flying.clear();
    if (last) this.congestion.lost(last, now);
    this.congestion.collapsed();
    this.#adapt();
  }

  #adapt(): void {
    const { windowBytes, isSlowStart } = this.congestion;
    this.#pacer.adapt(windowBytes, this.#rtt.smoothedMs, isSlowStart, DATAGRAM_BYTES);
  }
}

type Race = { readonly through: Bottleneck; readonly delayMs: number; readonly fromMs: number; readonly toMs: number };

/**
 * Lets flows share a bottleneck, `delayMs` each way from end to end, for `toMs` of virtual time.
 *
 * @returns what each has delivered between `fromMs` and `toMs`, in bytes.
 */
export function race(flows: readonly Flow[], { through, delayMs, fromMs, toMs }: Race): number[] {
  const acks: { readonly at: Instant; readonly flow: Flow; readonly packet: PacketFate }[] = [];
  let before: number[] | undefined;
  for (let now = instant(0); now <= toMs; ) {
    if (now >= fromMs) before ??= flows.map(({ deliveredBytes }) => deliveredBytes);
    while (acks[0] && acks[0].at <= now) {
      const { flow, packet } = acks.shift()!;
      flow.acked(packet, now);
    }
    for (const flow of flows) {
      for (let packet = flow.send(now); packet; packet = flow.send(now)) {
        // All have the same way, so what leaves the bottleneck first is acknowledged first.
        const leftAt = through.pass(packet.bytes, now);
        if (leftAt !== undefined) acks.push({ at: after(leftAt, 2 * delayMs), flow, packet });
      }
    }
    now = earliest(acks[0]?.at, ...flows.map((flow) => flow.deadline(now)))!;
  }
  return flows.map(({ deliveredBytes }, which) => deliveredBytes - (before?.[which] ?? 0));
}
