import { CONNECTION_ID_RANGES_MAX, CONNECTION_IDS_ACTIVE_MAX, RETIREMENTS_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import { RangeSet } from '../base/range-set.ts';
import { equalBytes } from '../bytes/equal.ts';
import type { NewConnectionIdFrame } from '../wire/frame.ts';
import type { FrameOwner, PacketBuilder } from './packet-builder.ts';

type RemoteId = { readonly id: Uint8Array; readonly resetToken: Uint8Array | undefined };

/** The ids under which we send to the peer: NEW_CONNECTION_ID in, RETIRE_CONNECTION_ID out (RFC 9000 §5.1). */
export class RemoteIds implements FrameOwner<number> {
  readonly #active = new Map<number, RemoteId>();
  /** All numbers that have come: one that is not active any more is retired, and stays so however late a copy of its frame comes. */
  readonly #heard = new RangeSet();
  /** Those that are used on a path, or were: none is used on two (§9.5). */
  readonly #taken = new Set<number>();
  /** Retirements that the peer has not acknowledged. */
  readonly #retired = new Set<number>();
  readonly #unsent = new Set<number>();
  #retirePriorTo = 0;

  /** The id of the peer's handshake message, which has the number 0, and the token with it. */
  begin(id: Uint8Array, resetToken: Uint8Array | undefined): void {
    this.#heard.add(0, 1);
    this.#active.set(0, { id: id.slice(), resetToken: resetToken?.slice() });
  }

  /** The bytes of an id; `undefined` once it is retired. */
  bytes(sequence: number): Uint8Array | undefined {
    return this.#active.get(sequence)?.id;
  }

  /** How many ids no path has used. */
  get spare(): number {
    let spare = 0;
    for (const sequence of this.#active.keys()) if (!this.#taken.has(sequence)) spare++;
    return spare;
  }

  /** The number of an id for a path of its own; `undefined` while the peer has given none. */
  take(): number | undefined {
    for (const sequence of this.#active.keys()) {
      if (this.#taken.has(sequence)) continue;
      this.#taken.add(sequence);
      return sequence;
    }
    return undefined;
  }

  /** The number of any id, for when there is none that no path has used. */
  any(): number {
    return Math.max(...this.#active.keys());
  }

  /** No path uses it any more. The last one stays: there must be something to send under. */
  retire(sequence: number): void {
    if (this.#active.size > 1 && this.#active.delete(sequence)) this.#retire(sequence);
  }

  get isPending(): boolean {
    return this.#unsent.size > 0;
  }

  /** Whether these 16 bytes are the token of an id that we send under, compared in constant time (RFC 9000 §10.3.1). */
  isResetToken(bytes: Uint8Array): boolean {
    let found = false;
    for (const sequence of this.#taken) {
      const resetToken = this.#active.get(sequence)?.resetToken;
      if (resetToken && equalBytes(resetToken, bytes)) found = true;
    }
    return found;
  }

  /** @throws PeerError('connectionIds' | 'forbidden') */
  receive(frame: NewConnectionIdFrame): void {
    const known = this.#active.get(frame.sequence);
    if (known && !equalBytes(known.id, frame.id)) throw new PeerError('forbidden', 'one sequence number for two ids');
    this.#retirePriorTo = Math.max(this.#retirePriorTo, frame.retirePriorTo);
    if (!this.#heard.has(frame.sequence)) this.#add(frame);
    // There must be something to send under, if only to say so.
    if (this.any() < this.#retirePriorTo) throw new PeerError('connectionIds', 'no id is left');
    for (const sequence of this.#active.keys()) {
      if (sequence >= this.#retirePriorTo) continue;
      this.#active.delete(sequence);
      this.#retire(sequence);
    }
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

  #add({ sequence, id, resetToken }: NewConnectionIdFrame): void {
    this.#heard.add(sequence, sequence + 1);
    this.#heard.keepHighest(CONNECTION_ID_RANGES_MAX);
    if (sequence < this.#retirePriorTo) this.#retire(sequence);
    else this.#active.set(sequence, { id: id.slice(), resetToken: resetToken.slice() });
  }

  #retire(sequence: number): void {
    this.#taken.delete(sequence);
    this.#retired.add(sequence);
    this.#unsent.add(sequence);
  }
}
