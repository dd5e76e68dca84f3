import type { Address } from '../base/address.ts';
import type { FrameOwner, PacketBuilder } from './packet-builder.ts';

/** Tells the peer from where its packets come: OBSERVED_ADDRESS out (draft-ietf-quic-address-discovery §4). */
export class ObservedAddress implements FrameOwner<number> {
  #address: Address | undefined;
  #sequence = -1;
  #owed = false;
  #heard = -1;

  get isPending(): boolean {
    return this.#owed;
  }

  /** The peer's packets come from here. */
  see(address: Address): void {
    if (address === this.#address) return;
    this.#address = address;
    this.#sequence++;
    this.#owed = true;
  }

  /** OBSERVED_ADDRESS in. @returns whether it is newer than all before. */
  isNews(sequence: number): boolean {
    if (sequence <= this.#heard) return false;
    this.#heard = sequence;
    return true;
  }

  writeFrames(builder: PacketBuilder): void {
    if (!this.#owed) return;
    const sequence = this.#sequence;
    const frame = { type: 'observed-address', sequence, address: this.#address } as const;
    if (builder.add(frame, this, sequence)) this.#owed = false;
  }

  acked(): void {}

  lost(sequence: number): void {
    if (sequence === this.#sequence) this.#owed = true;
  }
}
