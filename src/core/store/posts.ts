import { assert } from '../base/assert.ts';
import { fromHex } from '../bytes/hex.ts';
import { Writer } from '../bytes/writer.ts';
import type { Suite } from '../crypto/suite.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import { type Bound, FINGERPRINT_BYTES, isBelow } from '../wire/reconcile.ts';

/** What a channel's envelope is placed by: when its author says that he wrote it, and its id. */
export type Post = { readonly created: number; readonly id: EnvelopeId };

/** Posts that follow each other, and the sum of their ids. */
type Block = { readonly posts: Post[]; sum: bigint };

/** What stands before each block: how many posts, and the sum of their ids. */
type Before = { readonly count: number; readonly sum: bigint };

/** Posts of one block; a full one is cut in two. */
const BLOCK_POSTS_MAX = 128;

/**
 * The posts of one channel in the order (created, id), such that any run of them is counted, summed and cut without walking it:
 * what reconciliation compares (docs/protocol.md §2.5). Adding one costs microseconds among 100,000, and so does a fingerprint.
 */
export class Posts {
  readonly #blocks: Block[] = [];
  /** Made anew when it is asked for after a change. */
  #before: Before[] | undefined;

  get size(): number {
    return this.#befores().at(-1)!.count;
  }

  get isEmpty(): boolean {
    return this.#blocks.length === 0;
  }

  add(post: Post): void {
    const at = this.#blockFor(post);
    const block = this.#blocks[at] ?? { posts: [], sum: 0n };
    const place = firstNotBelow(block.posts, boundOf(post));
    assert(block.posts[place]?.id !== post.id, 'a post is added once');
    block.posts.splice(place, 0, post);
    block.sum += numberOf(post);
    this.#blocks[at] = block;
    if (block.posts.length > BLOCK_POSTS_MAX) this.#blocks.splice(at, 1, ...halves(block));
    this.#before = undefined;
  }

  remove(post: Post): void {
    const at = this.#blockFor(post);
    const block = this.#blocks[at];
    const place = block ? firstNotBelow(block.posts, boundOf(post)) : 0;
    if (block?.posts[place]?.id !== post.id) return;
    block.posts.splice(place, 1);
    block.sum -= numberOf(post);
    if (block.posts.length === 0) this.#blocks.splice(at, 1);
    this.#before = undefined;
  }

  /** How many posts are below this bound: the place of the first that is not. */
  place(bound: Bound): number {
    const at = Math.max(0, firstIndex(this.#blocks, ({ posts }) => !isBelow(posts[0]!, bound)) - 1);
    const block = this.#blocks[at];
    return block ? this.#befores()[at]!.count + firstNotBelow(block.posts, bound) : 0;
  }

  /** The posts from one place up to but not including another. */
  *between(from: number, upTo: number): Iterable<Post> {
    let [at, inBlock] = this.#find(from);
    for (let left = upTo - from; left > 0; at++, inBlock = 0) {
      const part = this.#blocks[at]!.posts.slice(inBlock, inBlock + left);
      yield* part;
      left -= part.length;
    }
  }

  /** The shortest bound that is above everything before this place, and not above what is there. */
  boundAt(place: number): Bound {
    const [post] = this.between(place, place + 1);
    const [below] = place === 0 ? [] : this.between(place - 1, place);
    assert(post !== undefined, 'a bound is before a post');
    if (below?.created !== post.created) return { created: post.created, prefix: '' };
    let common = 0;
    while (below.id[common] === post.id[common]) common++;
    // Whole bytes: two digits each.
    return { created: post.created, prefix: post.id.slice(0, 2 * Math.floor(common / 2) + 2) };
  }

  /** The first 16 bytes of SHA-256(count || sum of the ids mod 2^256), as u64 and 32 bytes (docs/protocol.md §2.5). */
  fingerprint({ hash }: Pick<Suite, 'hash'>, from: number, upTo: number): Uint8Array {
    const sum = BigInt.asUintN(256, this.#sumBelow(upTo) - this.#sumBelow(from));
    const count = new Writer(8, 8)
      .u32(0)
      .u32(upTo - from)
      .finish();
    return hash(count, fromHex(sum.toString(16).padStart(64, '0'))!).subarray(0, FINGERPRINT_BYTES);
  }

  #sumBelow(place: number): bigint {
    const [at, inBlock] = this.#find(place);
    const block = this.#blocks[at];
    if (!block) return this.#befores()[at]!.sum;
    let { sum } = this.#befores()[at]!;
    for (let i = 0; i < inBlock; i++) sum += numberOf(block.posts[i]!);
    return sum;
  }

  /** The block of a place, and the place in it. */
  #find(place: number): [number, number] {
    const befores = this.#befores();
    const at = firstIndex(befores, ({ count }) => count > place) - 1;
    return [at, place - befores[at]!.count];
  }

  #befores(): readonly Before[] {
    if (this.#before) return this.#before;
    const befores = [{ count: 0, sum: 0n }];
    for (const [i, { posts, sum }] of this.#blocks.entries()) {
      const last = befores[i]!;
      befores.push({ count: last.count + posts.length, sum: last.sum + sum });
    }
    this.#before = befores;
    return befores;
  }

  /** The last block that begins at or below this post, else the first. */
  #blockFor(post: Post): number {
    const bound = boundOf(post);
    const above = firstIndex(this.#blocks, ({ posts }) => !isBelow(posts[0]!, bound) && posts[0]!.id !== post.id);
    return Math.max(0, above - 1);
  }
}

/** The bound that only what comes before a post is below. */
const boundOf = ({ created, id }: Post): Bound => ({ created, prefix: id });

const numberOf = ({ id }: Post): bigint => BigInt(`0x${id}`);

function halves({ posts }: Block): Block[] {
  const middle = posts.length >> 1;
  return [posts.slice(0, middle), posts.slice(middle)].map((half) => ({
    posts: half,
    sum: half.reduce((sum, post) => sum + numberOf(post), 0n),
  }));
}

const firstNotBelow = (posts: readonly Post[], bound: Bound): number =>
  firstIndex(posts, (post) => !isBelow(post, bound));

/** Index of the first item for which this is so, given that it is so for all that follow; their number if for none. */
function firstIndex<Item>(items: readonly Item[], isSo: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(items[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
