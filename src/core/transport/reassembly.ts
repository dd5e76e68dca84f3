import { STREAM_GAPS_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';

const EMPTY = new Uint8Array(0);
/** Neighbouring pieces with no more bytes than this together become one: what one costs beside its bytes is then shared by many. */
const JOINED_BYTES_MAX = 1024;

/** Bytes [start, end) of the stream: the first of `bytes`, which may have room for more. */
type Piece = { readonly start: number; end: number; bytes: Uint8Array };

/**
 * Bytes of a stream that arrive in any order and are taken in theirs. Memory is in proportion to what has arrived, wherever in the
 * stream it lies and however small it is cut: of two pieces side by side one has more than 512 bytes.
 */
export class Reassembly {
  /** Lowest first; they never overlap. */
  readonly #pieces: Piece[] = [];
  /** Stretches without a gap. */
  #stretches = 0;
  #taken = 0;

  /** How many bytes have been taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether the next byte in order is here. */
  get isReadable(): boolean {
    return this.#pieces[0]?.start === this.#taken;
  }

  /** How many stretches of bytes wait behind a gap. */
  get gaps(): number {
    return this.isReadable ? this.#stretches - 1 : this.#stretches;
  }

  /** Copies what is new in `data`. @throws PeerError('forbidden') when there are more gaps than loss explains */
  insert(offset: number, data: Uint8Array): void {
    const end = offset + data.length;
    let at = Math.max(offset, this.#taken);
    for (let i = this.#firstEndingBehind(at); at < end; i++) {
      const here = this.#pieces[i];
      const until = Math.min(end, here?.start ?? end);
      if (at < until) i += this.#add(i, at, data.subarray(at - offset, until - offset));
      at = here ? Math.max(at, here.end) : end;
    }
    if (this.gaps > STREAM_GAPS_MAX) throw new PeerError('forbidden', `a stream with ${this.gaps} gaps`);
  }

  /** All bytes that are next in order; the caller owns them. */
  take(): Uint8Array {
    if (!this.isReadable) return EMPTY;
    const start = this.#taken;
    let count = 0;
    for (; this.#pieces[count]?.start === this.#taken; count++) this.#taken = this.#pieces[count]!.end;
    this.#stretches--;
    if (count === 1) return held(this.#pieces.shift()!);
    const all = new Uint8Array(this.#taken - start);
    for (const piece of this.#pieces.splice(0, count)) all.set(held(piece), piece.start - start);
    return all;
  }

  /** Forgets what lies behind a gap: nobody will fill it. */
  clearGaps(): void {
    let kept = 0;
    for (let at = this.#taken; this.#pieces[kept]?.start === at; kept++) at = this.#pieces[kept]!.end;
    this.#pieces.length = kept;
    this.#stretches = Math.min(kept, 1);
  }

  /** Forgets what is here. */
  clear(): void {
    this.#pieces.length = 0;
    this.#stretches = 0;
  }

  /** Puts bytes, none of which is here, before piece `index`. @returns how many pieces more that makes: 1, 0 or -1. */
  #add(index: number, start: number, data: Uint8Array): number {
    const before = this.#pieces[index - 1];
    const end = start + data.length;
    this.#stretches += 1 - (before?.end === start ? 1 : 0) - (this.#pieces[index]?.start === end ? 1 : 0);
    const count = this.#pieces.length;
    if (isJoinable(before, start, end)) {
      append(before, data);
      this.#join(index - 1);
    } else {
      this.#pieces.splice(index, 0, { start, end, bytes: data.slice() });
      this.#join(index);
    }
    return this.#pieces.length - count;
  }

  /** Makes one of a piece and the next one, if both are small and nothing lies between them. */
  #join(index: number): void {
    const next = this.#pieces[index + 1];
    const piece = this.#pieces[index];
    if (!next || !isJoinable(piece, next.start, next.end)) return;
    append(piece, held(next));
    this.#pieces.splice(index + 1, 1);
  }

  /** Index of the first piece that has bytes behind `offset`, by bisection. */
  #firstEndingBehind(offset: number): number {
    let low = 0;
    let high = this.#pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#pieces[middle]!.end > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Whether a piece can be continued with [start, end). */
const isJoinable = (piece: Piece | undefined, start: number, end: number): piece is Piece =>
  piece?.end === start && end - piece.start <= JOINED_BYTES_MAX;

/** The bytes of a piece, without the room behind them. */
const held = ({ start, end, bytes }: Piece): Uint8Array =>
  end - start === bytes.length ? bytes : bytes.subarray(0, end - start);

function append(piece: Piece, data: Uint8Array): void {
  const length = piece.end - piece.start;
  if (length + data.length > piece.bytes.length) {
    const grown = new Uint8Array(Math.min(JOINED_BYTES_MAX, 2 * (length + data.length)));
    grown.set(held(piece));
    piece.bytes = grown;
  }
  piece.bytes.set(data, length);
  piece.end += data.length;
}
