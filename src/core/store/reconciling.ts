import {
  RECONCILE_ANSWER_BYTES,
  RECONCILE_IDS_MAX,
  RECONCILE_LIST_MAX,
  RECONCILE_PARTS,
  RECONCILE_RANGES_MAX,
  RECONCILE_SHOWN_MAX,
} from '../base/limits.ts';
import type { Suite } from '../crypto/suite.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import { type Bound, type Claim, END, type Range, shortId } from '../wire/reconcile.ts';
import { type Post, Posts } from './posts.ts';

/** One side of a comparison. */
export type Side = {
  readonly suite: Pick<Suite, 'hash'>;
  /** What is here of the channel. */
  readonly posts: Posts;
  /** Whether the other side may learn of it; if not, this side is as if it had nothing. */
  readonly tells: boolean;
  /** Whether a post that is not here is to be asked for. */
  readonly wants: (shortId: string) => boolean;
};

/** What follows from what the other side said. */
export type Answer = {
  /** What is to be said back: nothing when it is empty. */
  readonly ranges: readonly Range[];
  /** What the other side wants, in order of creation. */
  readonly give: readonly EnvelopeId[];
  /** Of posts whose short ids are those of others: only their full ids tell them apart. */
  readonly show: readonly EnvelopeId[];
};

/** How a comparison of everything begins (docs/protocol.md §2.5). */
export const comparing = (side: Side): readonly Range[] => [{ upTo: END, claim: new Answering(side).summary(0, END) }];

/** What is to be said to ranges of the other side. Nothing is remembered from one round to the next. */
export function answering(side: Side, ranges: readonly Range[]): Answer {
  const answer = new Answering(side);
  for (const { upTo, claim } of ranges) answer.add(upTo, claim);
  return answer.finish();
}

/** What it costs at most to answer these ranges: about how many ids are looked at. */
export function costOf(posts: Posts, ranges: readonly Range[]): number {
  let cost = 0;
  let from = 0;
  for (const { upTo, claim } of ranges) {
    const end = posts.place(upTo);
    const walks = claim.type === 'list' || claim.type === 'difference';
    cost += FINGERPRINT_COST + (walks ? end - from : 0);
    from = end;
  }
  return cost;
}

/** Two blocks are summed in part for each fingerprint. */
const FINGERPRINT_COST = 128;

const NOTHING = new Posts();

/** An answer that grows range by range, in order. */
class Answering {
  readonly #side: Side;
  readonly #shown: Posts;
  readonly #ranges: Range[] = [];
  readonly #give: EnvelopeId[] = [];
  readonly #show: EnvelopeId[] = [];
  /** About how many bytes `#ranges` takes. */
  #bytes = 0;
  /** Where the next range begins, as places among the posts that are shown and that are here. */
  #at = 0;
  #hereAt = 0;
  /** Where the last range ended that there was no room for. */
  #leftUpTo: Bound | undefined;

  constructor(side: Side) {
    this.#side = side;
    this.#shown = side.tells ? side.posts : NOTHING;
  }

  add(upTo: Bound, claim: Claim): void {
    if (this.#bytes > RECONCILE_ANSWER_BYTES || this.#ranges.length > RECONCILE_RANGES_MAX - 2 * RECONCILE_PARTS) {
      this.#leftUpTo = upTo;
      return;
    }
    const end = this.#shown.place(upTo);
    const hereEnd = this.#side.posts.place(upTo);
    if (claim.type === 'difference') this.#settle(upTo, claim, end, hereEnd);
    else if (claim.type === 'same' || this.#isSame(claim.fingerprint, end)) this.#say(upTo, { type: 'same' });
    else if (claim.type === 'list' && end - this.#at <= RECONCILE_IDS_MAX) this.#compare(upTo, claim.ids, end, hereEnd);
    else this.#split(upTo, end);
    this.#at = end;
    this.#hereAt = hereEnd;
  }

  /** What is said of the posts from a place up to a bound, at first or when a fingerprint differs and there are few. */
  summary(from: number, upTo: Bound): Claim {
    const end = this.#shown.place(upTo);
    const fingerprint = this.#shown.fingerprint(this.#side.suite, from, end);
    if (end - from > RECONCILE_LIST_MAX) return { type: 'fingerprint', fingerprint };
    return { type: 'list', fingerprint, ids: [...this.#shown.between(from, end)].map(shortOf) };
  }

  finish(): Answer {
    if (this.#leftUpTo) {
      const fingerprint = this.#shown.fingerprint(this.#side.suite, this.#at, this.#shown.place(this.#leftUpTo));
      this.#say(this.#leftUpTo, { type: 'fingerprint', fingerprint });
    }
    while (this.#ranges.at(-1)?.claim.type === 'same') this.#ranges.pop();
    return { ranges: this.#ranges, give: this.#give, show: this.#show };
  }

  #isSame(fingerprint: Uint8Array, end: number): boolean {
    const own = this.#shown.fingerprint(this.#side.suite, this.#at, end);
    return own.every((byte, i) => byte === fingerprint[i]);
  }

  /** Too many to list: cut into parts of the same size, each with what is said of it. */
  #split(upTo: Bound, end: number): void {
    const count = end - this.#at;
    if (count > RECONCILE_LIST_MAX) {
      const from = this.#at;
      for (let part = 1; part < RECONCILE_PARTS; part++) {
        const cut = from + Math.floor((part * count) / RECONCILE_PARTS);
        const bound = this.#shown.boundAt(cut);
        this.#say(bound, this.summary(this.#at, bound));
        this.#at = cut;
      }
    }
    this.#say(upTo, this.summary(this.#at, upTo));
  }

  /** The other side listed all that it has here. */
  #compare(upTo: Bound, ids: readonly string[], end: number, hereEnd: number): void {
    const theirs = new Set(ids);
    const shown = [...this.#shown.between(this.#at, end)];
    const offered = shown.map(shortOf).filter((id) => !theirs.has(id));
    const unknown = this.#unknown(ids, hereEnd);
    // All are here by their short ids, and yet they are not the same: two ids begin alike.
    if (offered.length + unknown.length === 0 && this.#show.length + shown.length <= RECONCILE_SHOWN_MAX) {
      this.#show.push(...shown.map(({ id }) => id));
    }
    this.#tell(upTo, offered, unknown.filter(this.#side.wants));
  }

  /** The other side said what it has beyond this one, and what it wants. */
  #settle(upTo: Bound, { offered, wanted }: Claim & { type: 'difference' }, end: number, hereEnd: number): void {
    const theirs = new Set(wanted);
    for (const post of theirs.size > 0 ? this.#shown.between(this.#at, end) : []) {
      if (theirs.has(shortOf(post))) this.#give.push(post.id);
    }
    this.#tell(upTo, [], this.#unknown(offered, hereEnd).filter(this.#side.wants));
  }

  /** Those of the ids that are not here. */
  #unknown(ids: readonly string[], hereEnd: number): string[] {
    if (ids.length === 0) return [];
    const here = new Set([...this.#side.posts.between(this.#hereAt, hereEnd)].map(shortOf));
    return ids.filter((id) => !here.has(id));
  }

  #tell(upTo: Bound, offered: readonly string[], wanted: readonly string[]): void {
    if (offered.length + wanted.length === 0) this.#say(upTo, { type: 'same' });
    else this.#say(upTo, { type: 'difference', offered, wanted });
  }

  #say(upTo: Bound, claim: Claim): void {
    const last = this.#ranges.at(-1);
    if (claim.type === 'same' && last?.claim.type === 'same') this.#ranges.pop();
    else this.#bytes += RANGE_BYTES + bytesOf(claim);
    this.#ranges.push({ upTo, claim });
  }
}

/** About what a range takes beside its ids. */
const RANGE_BYTES = 36;

const bytesOf = (claim: Claim): number =>
  claim.type === 'list'
    ? 8 * claim.ids.length
    : claim.type === 'difference'
      ? 8 * (claim.offered.length + claim.wanted.length)
      : 0;

const shortOf = ({ id }: Post): string => shortId(id);
