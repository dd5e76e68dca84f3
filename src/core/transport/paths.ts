import { type Address, sameHost } from '../base/address.ts';
import { CANDIDATE_DATAGRAMS, CANDIDATES_MAX, CANDIDATES_PAUSE_MS, PATHS_TRIED_MAX } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import { after, earliest, type Instant } from '../base/time.ts';
import { Path } from './path.ts';
import type { RemoteIds } from './remote-ids.ts';

/** What the paths of a connection need. */
export type PathsOptions = {
  readonly random: Random;
  readonly remoteIds: RemoteIds;
  /** The largest datagram that the way to an address may take. */
  readonly ceiling: (address: Address) => number;
};

/**
 * The paths of a connection: the one that is used, the proved one before it, and those that are being tried.
 * Either side may move, so the rules for a client hold for both (RFC 9000 §9; docs/protocol.md §1.4).
 */
export class Paths {
  #current: Path;
  /** Proved, and used before: where to go back to when the peer turns out not to be at the current one (§9.3.2). */
  #before: Path | undefined;
  readonly #tried = new Map<Address, Path>();
  /** Where the peer says that it may be reached too. */
  #candidates: readonly Address[] = [];
  /** When each of them was asked that has not answered since, for so long as it may not be asked again. */
  readonly #asked = new Map<Address, Instant>();
  /** The current path does not answer: the next one that does takes its place. */
  #troubled = false;
  #home: Address | undefined;
  readonly #options: PathsOptions;

  constructor(first: Address, proved: boolean, options: PathsOptions) {
    this.#options = options;
    this.#current = this.#make(first, proved, undefined);
    this.#home = proved ? first : undefined;
  }

  /** Where the peer was when it first showed where it is; `undefined` while it has not. However it moves, this stays. */
  get home(): Address | undefined {
    return this.#home;
  }

  /** Where the peer has shown that it is, the last time; `undefined` while it has not. */
  get proved(): Address | undefined {
    return (this.#current.isProved ? this.#current : this.#before)?.address;
  }

  get current(): Path {
    return this.#current;
  }

  /** The path to this address, if there is one. */
  to(address: Address): Path | undefined {
    if (this.#current.address === address) return this.#current;
    return this.#before?.address === address ? this.#before : this.#tried.get(address);
  }

  /** The first path beside the current one that has something to ask or to answer, and may. */
  get asking(): Path | undefined {
    for (const path of this.#beside()) if (path.isPending && path.maySend && this.#hasId(path)) return path;
    return undefined;
  }

  /** The peer's id for packets on this path: one that no other path has used, unless there is none (§5.1.2, §9.5). */
  id(path: Path): Uint8Array {
    const { remoteIds } = this.#options;
    if (!this.#hasId(path)) path.remoteId = remoteIds.any();
    return remoteIds.bytes(path.remoteId!)!;
  }

  /** Something of the peer came from there: the path, a new one if need be. */
  arrived(address: Address, bytes: number): Path {
    const path = this.to(address) ?? this.#try(address);
    path.received(bytes);
    return path;
  }

  /** The peer is not where it was thought to be: it begins anew at this address. */
  begin(address: Address, proved: boolean): void {
    if (address === this.#current.address && proved === this.#current.isProved) return;
    const { remoteId } = this.#current;
    this.#current = this.#make(address, proved, undefined);
    this.#current.remoteId = remoteId;
    this.#home = proved ? address : undefined;
  }

  /** The newest packet of the peer came over this path, and was no mere probe: it has moved there (§9.3). */
  follow(path: Path, now: Instant): void {
    const old = this.#current;
    this.#use(path);
    if (!path.isProved && !path.isValidating) path.validate(now);
    // §9.3.3: was it the peer, or somebody who copies its packets? If it is still there too, it will say so.
    if (old.isProved) old.validate(now);
  }

  /** PATH_RESPONSE, over whichever path it came. @returns whether another path is used now. */
  answered(data: Uint8Array): boolean {
    if (this.#current.answered(data)) {
      this.#home ??= this.#current.address;
      this.#troubled = false;
      return false;
    }
    for (const path of this.#beside()) {
      if (!path.answered(data)) continue;
      this.#home ??= path.address;
      this.#asked.delete(path.address);
      if (this.#troubled || !this.#current.isProved) {
        this.#use(path);
        return true;
      }
      if (path !== this.#before) this.#drop(path);
      return false;
    }
    return false;
  }

  /** Where the peer says that it may be reached, best first. */
  offer(candidates: readonly Address[]): void {
    this.#candidates = candidates.slice(0, CANDIDATES_MAX);
  }

  /** The current path does not answer: all others are asked, each at most twice a minute until it answers. */
  trouble(now: Instant): void {
    const isNew = !this.#troubled;
    this.#troubled = true;
    // Those that the peer does not name any more too, or it would only have to name them again.
    for (const [address, askedAt] of this.#asked) {
      if (now >= after(askedAt, CANDIDATES_PAUSE_MS)) this.#asked.delete(address);
    }
    let spare = this.#options.remoteIds.spare;
    for (const address of this.#candidates) {
      if (this.#asked.has(address) || this.#asked.size >= CANDIDATES_MAX) continue;
      // No id is used on two paths (§9.5), so no more of them are tried than there are ids.
      if (this.to(address) || spare-- <= 0) continue;
      this.#asked.set(address, now);
      const path = this.#try(address);
      path.invite(CANDIDATE_DATAGRAMS);
      path.validate(now);
    }
    if (this.#before && (isNew || !this.#before.isValidating)) this.#before.validate(now);
  }

  /** The current path answers again. */
  calm(): void {
    this.#troubled = false;
  }

  /** Our own side has moved: the way to the same address is another one, under another id (§9.4, §9.5). */
  renew(now: Instant): void {
    const old = this.#current;
    for (const path of [...this.#beside()]) this.#drop(path);
    this.#current = this.#make(old.address, old.isProved, undefined);
    this.#current.goOn(old);
    this.#forget(old);
    // The way that is used comes first: what other addresses are asked under are the ids that it leaves.
    this.#hasId(this.#current);
    this.#current.validate(now);
    this.trouble(now);
  }

  /** The host says that a datagram of this size is too long for the way there. */
  tooLong(address: Address, bytes: number): void {
    this.to(address)?.mtu.refused(bytes);
  }

  deadline(): Instant | undefined {
    let first = this.#current.deadline();
    for (const path of this.#beside()) first = earliest(first, path.deadline());
    return first;
  }

  /** @returns whether another path is used now */
  elapse(now: Instant): boolean {
    for (const path of [...this.#beside()]) {
      if (path.elapse(now)) {
        // While nobody answers at the new address either, the old one is the better guess.
        if (path !== this.#before || (this.#current.isProved && !this.#troubled)) this.#drop(path);
      } else if (path !== this.#before && path.isProved && !path.isValidating) this.#drop(path);
    }
    if (!this.#current.elapse(now) || this.#current.isProved) return false;
    // There is no other: as long as the peer speaks, it is asked again, for three times as much as came from it.
    if (!this.#before) {
      this.#current.validate(now);
      return false;
    }
    // §9.3.2: nobody answers at the new address, so it is the old one again.
    const failed = this.#current;
    this.#use(this.#before);
    this.#drop(failed);
    return true;
  }

  *#beside(): Iterable<Path> {
    if (this.#before) yield this.#before;
    yield* this.#tried.values();
  }

  #hasId(path: Path): boolean {
    const { remoteIds } = this.#options;
    if (path.remoteId === undefined || !remoteIds.bytes(path.remoteId)) path.remoteId = remoteIds.take();
    return path.remoteId !== undefined;
  }

  #use(path: Path): void {
    const old = this.#current;
    if (old === path) return;
    this.#tried.delete(path.address);
    const before = this.#before;
    this.#before = undefined;
    this.#current = path;
    if (old.isProved) this.#before = old;
    else if (before && before !== path) this.#before = before;
    if (!old.isProved) this.#tried.set(old.address, old);
    if (before && before !== path && before !== this.#before) this.#forget(before);
    this.#troubled = false;
  }

  #try(address: Address): Path {
    // Behind a NAT that has forgotten the peer only the port is new, and the way the same (§9.4).
    const path = this.#make(address, false, sameHost(this.#current.address, address) ? this.#current : undefined);
    this.#tried.set(address, path);
    for (const oldest of this.#tried.values()) {
      if (this.#tried.size <= PATHS_TRIED_MAX) break;
      this.#drop(oldest);
    }
    return path;
  }

  #make(address: Address, proved: boolean, like: Path | undefined): Path {
    const { random, ceiling } = this.#options;
    return new Path({ address, proved, random, ceiling: ceiling(address), ...(like && { like }) });
  }

  #drop(path: Path): void {
    if (this.#before === path) this.#before = undefined;
    this.#tried.delete(path.address);
    this.#forget(path);
  }

  #forget({ remoteId }: Path): void {
    if (remoteId === undefined || this.#current.remoteId === remoteId) return;
    for (const path of this.#beside()) if (path.remoteId === remoteId) return;
    this.#options.remoteIds.retire(remoteId);
  }
}
