/** Bytes of one stream from the first that is not acknowledged on, in the pieces in which they were written. */
export class SendBuffer {
  #pieces: { readonly start: number; readonly bytes: Uint8Array }[] = [];
  #start = 0;
  #end = 0;

  /** Offset behind the last byte written. */
  get end(): number {
    return this.#end;
  }

  /** How many bytes are kept. */
  get size(): number {
    return this.#end - this.#start;
  }

  /** Adds bytes at the end. They are kept as they are, not copied. */
  append(bytes: Uint8Array): void {
    this.#pieces.push({ start: this.#end, bytes });
    this.#end += bytes.length;
  }

  /** The bytes of [start, end), in as many views as it takes. */
  slice(start: number, end: number): Uint8Array[] {
    const views: Uint8Array[] = [];
    for (let i = this.#pieceAt(start); i < this.#pieces.length; i++) {
      const piece = this.#pieces[i]!;
      if (piece.start >= end) break;
      views.push(piece.bytes.subarray(Math.max(0, start - piece.start), end - piece.start));
    }
    return views;
  }

  /** Forgets the bytes before `offset`. */
  release(offset: number): void {
    this.#start = Math.max(this.#start, offset);
    const keep = this.#start >= this.#end ? this.#pieces.length : this.#pieceAt(this.#start);
    if (keep > 0) this.#pieces.splice(0, keep);
  }

  /** Forgets everything; what was written stays counted. */
  clear(): void {
    this.release(this.#end);
  }

  /** Index of the piece that holds `offset`, by bisection: small writes make many pieces. */
  #pieceAt(offset: number): number {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#pieces[middle]!.start <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
