import { after, type Instant } from '../../src/core/base/time.ts';

/** IPv4 and UDP headers of a datagram. */
const HEADER_BYTES = 28;

/** A link of one speed, with a queue in front of it that drops what does not fit at its end. One direction. */
export class Bottleneck {
  readonly #bytesPerMs: number;
  readonly #queuePackets: number;
  /** When each packet of the queue will have left. */
  #departures: Instant[] = [];
  dropped = 0;

  constructor({ bitsPerSecond, queuePackets }: { bitsPerSecond: number; queuePackets: number }) {
    this.#bytesPerMs = bitsPerSecond / 8_000;
    this.#queuePackets = queuePackets;
  }

  /** When a datagram that comes now has left; `undefined` when it is dropped. */
  pass(bytes: number, now: Instant): Instant | undefined {
    while (this.#departures[0] !== undefined && this.#departures[0] <= now) this.#departures.shift();
    if (this.#departures.length >= this.#queuePackets) {
      this.dropped++;
      return undefined;
    }
    const at = after(this.#departures.at(-1) ?? now, (bytes + HEADER_BYTES) / this.#bytesPerMs);
    this.#departures.push(at);
    return at;
  }
}
