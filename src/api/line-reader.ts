const LINE_FEED = 0x0a;

/** Cuts a stream of bytes into lines of UTF-8 text, none longer than `bytesMax`. */
export class LineReader {
  /** True once a line was too long or no UTF-8: what follows cannot be read. */
  broken = false;
  readonly #bytesMax: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The lines that `chunk` completes, without their ends. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0 && !this.broken; end = chunk.indexOf(LINE_FEED, start)) {
      this.#keep(chunk.subarray(start, end));
      const text = this.#take();
      if (text !== undefined) lines.push(text);
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  #keep(part: Uint8Array): void {
    this.#size += part.length;
    this.broken ||= this.#size > this.#bytesMax;
    if (part.length > 0 && !this.broken) this.#parts.push(part);
  }

  #take(): string | undefined {
    if (this.broken) return undefined;
    const parts = this.#parts;
    const whole = parts.length === 1 ? parts[0]! : new Uint8Array(this.#size);
    if (parts.length > 1) {
      let at = 0;
      for (const part of parts) {
        whole.set(part, at);
        at += part.length;
      }
    }
    this.#parts = [];
    this.#size = 0;
    try {
      return this.#decoder.decode(whole);
    } catch {
      this.broken = true;
      return undefined;
    }
  }
}
