import type { PacketBuilder } from './packet-builder.ts';
import type { FrameWriter } from './packet-sender.ts';

/** Two writers of which each goes first in every second packet: neither can leave the other without room for ever. */
export class Turns implements FrameWriter {
  readonly #one: FrameWriter;
  readonly #other: FrameWriter;
  #oneFirst = true;

  /** @param one - goes first in the first packet */
  constructor(one: FrameWriter, other: FrameWriter) {
    this.#one = one;
    this.#other = other;
  }

  get isPending(): boolean {
    return this.#one.isPending || this.#other.isPending;
  }

  writeFrames(builder: PacketBuilder): void {
    const first = this.#oneFirst ? this.#one : this.#other;
    first.writeFrames(builder);
    (first === this.#one ? this.#other : this.#one).writeFrames(builder);
    this.#oneFirst = !this.#oneFirst;
  }
}
