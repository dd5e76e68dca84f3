import { type Address, addressParts, reach } from '../base/address.ts';
import { INITIAL_DATAGRAM_BYTES_MIN } from '../base/limits.ts';
import { after, type Instant } from '../base/time.ts';
import { BlackHole } from './black-hole.ts';
import type { PacketFate } from './congestion.ts';
import type { FrameOwner } from './packet-builder.ts';

/** Every path takes datagrams of this size, in bytes: what it begins with, and falls back to (BASE_PLPMTU of RFC 8899 §5.1.2). */
export const BASE_BYTES = INITIAL_DATAGRAM_BYTES_MIN;
/** The search ends when the next size to try would be no more than this above the last that passed, in bytes. */
const STEP_BYTES = 20;
/** What every Ethernet carries, over IPv4 and IPv6: tried first when the ceiling was too much. */
const ETHERNET_BYTES = 1_452;
/** A size is too large when so many probes of it were lost (MAX_PROBES of RFC 8899 §5.1.2). */
const PROBES_MAX = 3;
/** How long a size rests that was too large, in milliseconds (PMTU_RAISE_TIMER of RFC 8899 §5.1.1). */
const RAISE_MS = 600_000;

/** A size of which probes were lost, and how many; infinitely many when the host itself refused it. */
type Failed = { readonly bytes: number; times: number };

/**
 * How large the datagrams of a path may be (DPLPMTUD, RFC 8899; RFC 9000 §14.3; docs/protocol.md §1.3). One PING, padded,
 * shows that a size passes. First the ceiling, since most paths take it; then halves, each probed once. Only the size that the
 * search ends below is probed until it was lost three times: on a path that loses packets of any size at random, what one
 * loss hid is found again, and on all others two more probes are spent.
 */
export class Mtu implements FrameOwner<number> {
  #ceiling: number;
  #bytesMax = BASE_BYTES;
  #inFlight: number | undefined;
  /** Sizes above `bytesMax`, each below the one before it, so that the last is the nearest. */
  #failed: Failed[] = [];
  /** The last probe passed at a size that had failed: what failed above it may be chance as well. */
  #doubtful = false;
  /** While nothing is left to try. */
  #raiseAt: Instant | undefined;
  /** The host said that this is too long for it. */
  #refused = Number.POSITIVE_INFINITY;
  readonly #blackHole = new BlackHole(BASE_BYTES);

  /** @param ceiling - in bytes: the largest that may be tried, by our host and by the peer's max_udp_payload_size. */
  constructor({ ceiling }: { readonly ceiling: number }) {
    this.#ceiling = Math.max(BASE_BYTES, ceiling);
  }

  /** Datagrams of this size pass, in bytes. */
  get bytesMax(): number {
    return this.#bytesMax;
  }

  /** The size of the probe to send now, in bytes; `undefined` when none is due. */
  probe(now: Instant): number | undefined {
    if (this.#inFlight !== undefined) return undefined;
    if (this.#raiseAt !== undefined) {
      if (now < this.#raiseAt) return undefined;
      this.#raise();
    }
    const bytes = this.#next();
    const boundary = this.#failed.at(-1);
    if (bytes === undefined && boundary && boundary.bytes < this.#refused) this.#raiseAt = after(now, RAISE_MS);
    return bytes;
  }

  /** That probe is on its way. */
  probeSent(bytes: number): void {
    this.#inFlight = bytes;
  }

  /** A probe of this size arrived, though it may have counted as lost before. */
  acked(bytes: number): void {
    const hadFailed = this.#failed.some((failed) => failed.bytes === bytes);
    if (bytes !== this.#inFlight && !hadFailed) return;
    if (bytes === this.#inFlight) this.#inFlight = undefined;
    if (bytes <= this.#bytesMax) return;
    this.#bytesMax = bytes;
    this.#doubtful = hadFailed;
    this.#failed = this.#failed.filter((failed) => failed.bytes > bytes);
    this.#raiseAt = undefined;
  }

  /** A probe of this size counts as lost. */
  lost(bytes: number): void {
    if (bytes !== this.#inFlight) return;
    this.#inFlight = undefined;
    this.#doubtful = false;
    if (bytes <= this.#bytesMax) return;
    const boundary = this.#failed.at(-1);
    if (boundary?.bytes === bytes) boundary.times++;
    else this.#failed.push({ bytes, times: 1 });
  }

  /** A packet that was no probe arrived. */
  arrived(bytes: number): void {
    this.#blackHole.arrived(bytes);
  }

  /** A packet that was no probe was lost. When large ones keep vanishing, `bytesMax` falls back, and the search begins below them. */
  missed(packet: Pick<PacketFate, 'bytes' | 'sentAt'>, now: Instant): void {
    if (packet.bytes > this.#bytesMax) return;
    const vanished = this.#blackHole.missed(packet, now);
    if (vanished === undefined) return;
    this.#bytesMax = BASE_BYTES;
    // That it vanishes counts as two lost probes: should the search end below it, it is tried once more.
    this.#search([{ bytes: vanished, times: PROBES_MAX - 1 }]);
  }

  /** The host says that a datagram of this size is too long for it (EMSGSIZE): nothing so long is sent on this path again. */
  refused(bytes: number): void {
    if (bytes <= BASE_BYTES || bytes >= this.#refused) return;
    this.#refused = bytes;
    this.#ceiling = Math.min(this.#ceiling, bytes - 1);
    if (this.#bytesMax >= bytes) this.#bytesMax = BASE_BYTES;
    this.#search([{ bytes, times: Number.POSITIVE_INFINITY }]);
  }

  /** The host knows better what the way there may take, in bytes. */
  ceilingChanged(bytes: number): void {
    const ceiling = Math.max(BASE_BYTES, Math.min(bytes, this.#refused - 1));
    if (ceiling === this.#ceiling) return;
    this.#ceiling = ceiling;
    this.#bytesMax = Math.min(this.#bytesMax, ceiling);
    this.#search(ceiling === this.#refused - 1 ? [{ bytes: this.#refused, times: Number.POSITIVE_INFINITY }] : []);
  }

  /** When the next probe is due, while nothing but time can make it so. */
  deadline(): Instant | undefined {
    return this.#raiseAt;
  }

  /** What to try next; `undefined` when there is nothing left. */
  #next(): number | undefined {
    const low = this.#bytesMax;
    const boundary = this.#failed.at(-1);
    if (!boundary) return low < this.#ceiling ? this.#ceiling : undefined;
    const isLast = boundary.bytes - low <= STEP_BYTES;
    if ((isLast || this.#doubtful) && boundary.times < PROBES_MAX) return boundary.bytes;
    if (isLast) return undefined;
    if (low < ETHERNET_BYTES && ETHERNET_BYTES < boundary.bytes) return ETHERNET_BYTES;
    return Math.floor((low + boundary.bytes) / 2);
  }

  /** The size that the search ended below gets one more chance; when it passes, all above it are open again. */
  #raise(): void {
    const boundary = this.#failed.at(-1)!;
    this.#search([{ ...boundary, times: PROBES_MAX - 1 }]);
  }

  /** A probe under way belongs to the search before this one. */
  #search(failed: Failed[]): void {
    this.#failed = failed;
    this.#doubtful = false;
    this.#inFlight = undefined;
    this.#raiseAt = undefined;
  }
}

/**
 * The largest datagram that is worth trying towards an address, in bytes, by what can be known without asking the network
 * (docs/protocol.md §1.3). The ceiling is needed because a host may cut what is too long into fragments without a word, so that
 * every probe would pass. A host that knows the interface of a neighbour on its own network knows better.
 */
export function datagramCeiling(address: Address): number {
  if (reach(address) === 'loopback') return CEILING_BYTES.loopback;
  // What a relay takes is for the relay to say.
  if (reach(address) === 'relayed') return BASE_BYTES;
  return addressParts(address).family === 4 ? CEILING_BYTES.v4 : CEILING_BYTES.v6;
}

/** Ethernet's 1500 bytes less the headers of IP and UDP; on loopback what needs few packets and still leaves room for a window of them. */
const CEILING_BYTES = { loopback: 16_384, v4: 1_472, v6: 1_452 } as const;
