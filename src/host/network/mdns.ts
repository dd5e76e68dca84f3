import { randomInt } from 'node:crypto';
import type { Address } from '../../core/base/address.ts';
import { MDNS_ADDRESSES_MAX, MDNS_NETWORKS_MAX, MDNS_NEW_IDS, MDNS_RECORDS_MAX } from '../../core/base/limits.ts';
import { instant } from '../../core/base/time.ts';
import { TokenBucket } from '../../core/base/token-bucket.ts';
import { type NodeId, parseNodeId } from '../../core/crypto/node-id.ts';
import type { Log } from '../log.ts';
import { nodeSuite } from '../node-suite.ts';
import { interfaces, type NetworkInterface } from './interfaces.ts';
import { MdnsLink } from './mdns-link.ts';
import { type Announcement, type Answer, type Claim, readClaim } from './mdns-record.ts';

/** Times of discovery (docs/protocol.md §5), in milliseconds; shorter in its tests. */
export type MdnsTimes = {
  /** Between two rounds of asking and announcing, ± 20 %. */
  readonly roundMs: number;
  /** Rounds right after the start, which the first datagrams may have missed. */
  readonly firstRoundsMs: readonly number[];
  /** From the last word of a node until it counts as gone. */
  readonly expiryMs: number;
  /** From a goodbye until it counts as gone: one that only changed its name announces itself meanwhile. */
  readonly goodbyeMs: number;
  /** Between two words about a node that has not changed. */
  readonly againMs: number;
  /** Between two looks at the networks of this machine. */
  readonly networksMs: number;
};

const TIMES: MdnsTimes = {
  roundMs: 20_000,
  firstRoundsMs: [0, 1_000, 3_000],
  expiryMs: 75_000,
  goodbyeMs: 1_000,
  againMs: 30_000,
  networksMs: 2_000,
};

/** What discovery needs to know. */
export type MdnsOptions = Announcement & {
  readonly log: Log;
  readonly mode?: 'open' | 'off';
  readonly networks?: () => readonly NetworkInterface[];
  readonly times?: Partial<MdnsTimes>;
};

/** What discovery tells. Everything is a claim until a handshake proves it. */
export type MdnsListener = {
  /** A node, where it may be; told again when that changed, and every 30 s while it is heard. */
  found(claim: Claim): void;
  lost(id: NodeId): void;
  /** Why nobody can be found; `undefined` when that is over. */
  trouble(sentence: string | undefined): void;
};

/** A node that was heard. Each of its addresses lives until it has not been heard for too long. */
type Entry = { name: string; toldAtMs: number; readonly addresses: Map<Address, { untilMs: number; link: MdnsLink }> };

/** Finds the nodes of the same network on the same link, and is found by them (docs/protocol.md §5). */
export class Mdns {
  /** Answers that were no claim for us, by reason. */
  readonly refused = new Map<string, number>();
  readonly #log: Log;
  readonly #listener: MdnsListener;
  readonly #times: MdnsTimes;
  readonly #networks: () => readonly NetworkInterface[];
  readonly #mode: 'open' | 'off';
  #ours: Announcement;
  readonly #newIds = new TokenBucket(MDNS_NEW_IDS, instant(performance.now()));
  readonly #entries = new Map<NodeId, Entry>();
  readonly #links = new Map<string, MdnsLink>();
  readonly #ears = {
    heard: (answer: Answer, link: MdnsLink) => this.#heard(answer, link),
    left: (answer: Answer, link: MdnsLink) => this.#left(answer, link),
  };
  #trouble: string | undefined;
  #running = false;
  #attaching: Promise<void> = Promise.resolve();
  readonly #timers: { round?: NodeJS.Timeout; sweep?: NodeJS.Timeout; networks?: NodeJS.Timeout } = {};

  constructor({ log, mode = 'open', networks = interfaces, times, ...ours }: MdnsOptions, listener: MdnsListener) {
    this.#ours = ours;
    this.#log = log;
    this.#listener = listener;
    this.#mode = mode;
    this.#networks = networks;
    this.#times = { ...TIMES, ...times };
  }

  /** Joins all networks, and looks for new ones from then on. Without multicast it says so, and goes on looking. */
  async start(): Promise<void> {
    if (this.#mode === 'off' || this.#running) return;
    this.#running = true;
    this.#timers.sweep = setInterval(() => this.#sweep(), this.#times.goodbyeMs);
    this.#timers.networks = setInterval(() => void this.#attach(), this.#times.networksMs);
    await this.#attach();
  }

  /** Says goodbye on all networks. */
  async stop(): Promise<void> {
    this.#running = false;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    await this.#attaching;
    const links = [...this.#links.values()];
    this.#links.clear();
    this.#entries.clear();
    await Promise.all(links.map((link) => link.close()));
  }

  /** Asks at once who is there. */
  rescan(): void {
    if (this.#running) this.#rounds(this.#times.firstRoundsMs);
  }

  /** Announces another name from now on. */
  rename(name: string): void {
    this.#ours = { ...this.#ours, name };
    for (const link of this.#links.values()) link.publish(this.#ours);
  }

  /** Datagrams and answers that were not used, by reason, over all networks. */
  dropped(): ReadonlyMap<string, number> {
    const sum = new Map(this.refused);
    for (const { lost } of this.#links.values()) {
      for (const [why, count] of lost) sum.set(why, (sum.get(why) ?? 0) + count);
    }
    return sum;
  }

  /** Whether another host was heard on any network lately: then multicast passes. */
  get hears(): boolean {
    const sinceMs = performance.now() - this.#times.expiryMs;
    return [...this.#links.values()].some(({ heardAtMs = Number.NEGATIVE_INFINITY }) => heardAtMs > sinceMs);
  }

  /** Brings the links in line with the networks of this machine; one after the other, whoever asks for it. */
  #attach(): Promise<void> {
    this.#attaching = this.#attaching.then(() => this.#attachNow());
    return this.#attaching;
  }

  async #attachNow(): Promise<void> {
    if (!this.#running) return;
    const wanted = wantedLinks(this.#networks());
    for (const [key, link] of this.#links) {
      if (wanted.has(key)) continue;
      this.#links.delete(key);
      await link.close();
    }
    let joined = false;
    for (const [key, [network, family]] of wanted) {
      if (this.#links.has(key) || !this.#running) continue;
      try {
        const link = await MdnsLink.open(network, family, this.#times.roundMs, this.#ears);
        link.publish(this.#ours);
        this.#links.set(key, link);
        joined = true;
      } catch (error) {
        this.#log.debug({ err: error, network: network.name, family }, 'no multicast on a network');
      }
    }
    if (joined) this.#rounds(this.#times.firstRoundsMs);
    this.#judge();
  }

  /** Asks after each of these times from now, then once a round. */
  #rounds(afterMs: readonly number[]): void {
    clearTimeout(this.#timers.round);
    const [first = this.#jittered(this.#times.roundMs), ...rest] = afterMs;
    const begin = performance.now();
    const round = (): void => {
      for (const link of this.#links.values()) link.ask();
      const passedMs = performance.now() - begin;
      this.#rounds(rest.map((ms) => Math.max(0, ms - passedMs)));
    };
    this.#timers.round = setTimeout(round, first);
  }

  #heard(answer: Answer, link: MdnsLink): void {
    const claim = this.#claim(answer, link);
    if (!claim || claim.id === this.#ours.id) return;
    const entry = this.#entries.get(claim.id) ?? {
      name: claim.name,
      toldAtMs: Number.NEGATIVE_INFINITY,
      addresses: new Map(),
    };
    this.#entries.set(claim.id, entry);
    const nowMs = performance.now();
    const news = claim.name !== entry.name || claim.addresses.some((address) => !entry.addresses.has(address));
    entry.name = claim.name;
    for (const address of claim.addresses.toReversed()) {
      entry.addresses.delete(address); // So that it becomes the one heard last.
      entry.addresses.set(address, { untilMs: nowMs + this.#times.expiryMs, link });
    }
    for (const [oldest] of entry.addresses) {
      if (entry.addresses.size <= MDNS_ADDRESSES_MAX) break;
      entry.addresses.delete(oldest);
    }
    // A stranger who changes a record with every datagram is not heard more often than once a second.
    const restMs = news ? Math.min(1_000, this.#times.againMs) : this.#times.againMs;
    if (nowMs - entry.toldAtMs < restMs) return;
    entry.toldAtMs = nowMs;
    this.#listener.found({ ...claim, addresses: [...entry.addresses.keys()].reverse() });
  }

  #left(answer: Answer, link: MdnsLink): void {
    const claim = this.#claim(answer, link);
    const untilMs = performance.now() + this.#times.goodbyeMs;
    for (const place of (claim && this.#entries.get(claim.id)?.addresses.values()) ?? []) {
      if (place.link === link) place.untilMs = Math.min(place.untilMs, untilMs);
    }
  }

  #claim(answer: Answer, link: MdnsLink): Claim | undefined {
    const { networkTag8 } = this.#ours;
    const claim = readClaim(answer, { parseId: (text) => this.#parseId(text), networkTag8 }, link);
    if (typeof claim !== 'string') return claim;
    this.refused.set(claim, (this.refused.get(claim) ?? 0) + 1);
    return undefined;
  }

  /** An id that was not heard before costs most of a millisecond to check: strangers do not get to spend more than a few. */
  #parseId(text: string): NodeId | undefined {
    if (text === this.#ours.id || this.#entries.has(text as NodeId)) return text as NodeId;
    const room = this.#entries.size < MDNS_RECORDS_MAX;
    return room && this.#newIds.take(1, instant(performance.now())) ? parseNodeId(nodeSuite, text) : undefined;
  }

  /** Forgets addresses that were not heard for too long, and nodes that have none left. */
  #sweep(): void {
    const nowMs = performance.now();
    for (const [id, { addresses }] of this.#entries) {
      for (const [address, { untilMs }] of addresses) if (untilMs <= nowMs) addresses.delete(address);
      if (addresses.size > 0) continue;
      this.#entries.delete(id);
      this.#listener.lost(id);
    }
    this.#judge();
  }

  /** Says it once when nobody can be found, and once when that is over. */
  #judge(): void {
    const links = [...this.#links.values()];
    const works = links.some(({ sendError }) => sendError === undefined);
    const why = links[0]?.sendError ?? 'no network takes part';
    const trouble = works
      ? undefined
      : `nodes nearby are not found: no multicast here (${why}) · /mesh connect works without it`;
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#listener.trouble(trouble);
  }

  #jittered(ms: number): number {
    return ms * (0.8 + randomInt(400) / 1000);
  }
}

/** One link for each network and family; loopback only where there is nothing else, so that nodes of one machine still meet. */
function wantedLinks(networks: readonly NetworkInterface[]): Map<string, readonly [NetworkInterface, 4 | 6]> {
  const outside = networks.filter(({ internal, addresses }) => !internal && addresses.length > 0);
  const chosen = (outside.length > 0 ? outside : networks).slice(0, MDNS_NETWORKS_MAX);
  const links = chosen.flatMap((network) =>
    ([4, 6] as const)
      .filter((family) => network.addresses.some((one) => one.family === family))
      .map((family) => [`${family} ${JSON.stringify(network)}`, [network, family]] as const),
  );
  return new Map(links);
}
