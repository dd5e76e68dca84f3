/** How much memory is asked for at a time, in bytes. */
const SLAB_BYTES = 64 * 1024;

/**
 * Copies of datagrams, packed into large pieces of memory. Memory of its own for each costs more than all else that happens to it:
 * the collector gives it back on another thread, and whoever asks for some waits for that.
 */
export class Slab {
  #bytes = new Uint8Array(SLAB_BYTES);
  #at = 0;

  /** A copy that nobody writes over; it keeps a slab alive. */
  copyOf(bytes: Uint8Array): Uint8Array {
    if (this.#at + bytes.length > SLAB_BYTES) {
      if (bytes.length > SLAB_BYTES) return bytes.slice();
      this.#bytes = new Uint8Array(SLAB_BYTES);
      this.#at = 0;
    }
    const copy = this.#bytes.subarray(this.#at, this.#at + bytes.length);
    copy.set(bytes);
    this.#at += bytes.length;
    return copy;
  }
}
