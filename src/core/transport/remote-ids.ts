import { assert } from '../base/assert.ts';
import { CONNECTION_IDS_ACTIVE_MAX, RETIREMENTS_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import { equalBytes } from '../bytes/equal.ts';
import type { NewConnectionIdFrame } from '../wire/frame.ts';
import type { FrameOwner, PacketBuilder } from './packet-builder.ts';

type RemoteId = { readonly id: Uint8Array; readonly resetToken: Uint8Array | undefined };

/** The ids under which we send to the peer: NEW_CONNECTION_ID in, RETIRE_CONNECTION_ID out (RFC 9000 §5.1). */
export class RemoteIds implements FrameOwner<number> {
  readonly #active = new Map<number, RemoteId>();
  /** Retirements that the peer has not acknowledged. */
  readonly #retired = new Set<number>();
  readonly #unsent = new Set<number>();
  #current = 0;
  #retirePriorTo = 0;

  /** The id of the peer's handshake message, and the token with it. */
  begin(id: Uint8Array, resetToken: Uint8Array | undefined): void {
    this.#active.set(0, { id: id.slice(), resetToken: resetToken?.slice() });
  }

  get current(): Uint8Array {
    const current = this.#active.get(this.#current);
    assert(current !== undefined, 'there is an id to send under');
    return current.id;
  }

  get isPending(): boolean {
    return this.#unsent.size > 0;
  }

  /** Whether these 16 bytes are the token of one of the ids, compared in constant time (RFC 9000 §10.3.1). */
  isResetToken(bytes: Uint8Array): boolean {
    let found = false;
    for (const { resetToken } of this.#active.values()) if (resetToken && equalBytes(resetToken, bytes)) found = true;
    return found;
  }

  /** @throws PeerError('connectionIds' | 'forbidden') */
  receive(frame: NewConnectionIdFrame): void {
    const known = this.#active.get(frame.sequence);
    if (known && !equalBytes(known.id, frame.id)) throw new PeerError('forbidden', 'one sequence number for two ids');
    this.#retirePriorTo = Math.max(this.#retirePriorTo, frame.retirePriorTo);
    if (frame.sequence < this.#retirePriorTo && !known) this.#retire(frame.sequence);
    else if (!known) this.#active.set(frame.sequence, { id: frame.id.slice(), resetToken: frame.resetToken.slice() });
    for (const sequence of this.#active.keys()) {
      if (sequence >= this.#retirePriorTo) continue;
      this.#active.delete(sequence);
      this.#retire(sequence);
    }
    // Only now: whatever was wrong, there must be an id left to say so under.
    if (!this.#active.has(this.#current)) this.#current = Math.min(...this.#active.keys());
    if (this.#active.size > CONNECTION_IDS_ACTIVE_MAX) {
      throw new PeerError('connectionIds', `${this.#active.size} connection ids`);
    }
    // A peer that makes us retire and never acknowledges would fill our memory (CVE-2024-22189).
    if (this.#retired.size > RETIREMENTS_MAX) throw new PeerError('connectionIds', 'too many ids to retire');
  }

  writeFrames(builder: PacketBuilder): void {
    for (const sequence of this.#unsent) {
      if (!builder.add({ type: 'retire-connection-id', sequence }, this, sequence)) return;
      this.#unsent.delete(sequence);
    }
  }

  acked(sequence: number): void {
    this.#retired.delete(sequence);
    this.#unsent.delete(sequence);
  }

  lost(sequence: number): void {
    if (this.#retired.has(sequence)) this.#unsent.add(sequence);
  }

  #retire(sequence: number): void {
    this.#retired.add(sequence);
    this.#unsent.add(sequence);
  }
}
