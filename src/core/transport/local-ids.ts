import { CONNECTION_IDS_SPARE } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import type { OwnId } from './connection-id.ts';
import type { FrameOwner, PacketBuilder } from './packet-builder.ts';

/** Where ids come from and go: the endpoint, which finds connections by them. */
export type IdSource = { readonly newId: () => OwnId; readonly forgetId: (id: Uint8Array) => void };

/** The ids under which the peer sends to us: NEW_CONNECTION_ID out, RETIRE_CONNECTION_ID in (RFC 9000 §5.1). */
export class LocalIds implements FrameOwner<number> {
  readonly #source: IdSource;
  readonly #first: OwnId;
  /** Ids in use, by sequence number. */
  readonly #issued = new Map<number, OwnId>();
  readonly #unsent = new Set<number>();
  #next = 1;
  /** The highest number that the peer can have heard of. */
  #told = 0;

  constructor(source: IdSource) {
    this.#source = source;
    this.#first = source.newId();
    this.#issued.set(0, this.#first);
  }

  /** The one in our handshake message. */
  get first(): OwnId {
    return this.#first;
  }

  /** How many there are. */
  get size(): number {
    return this.#issued.size;
  }

  get isPending(): boolean {
    return this.#unsent.size > 0;
  }

  /** Gives the peer spare ids, within what it keeps: one for each path that either side may move to. */
  issueSpares(activeMax: number): void {
    const wanted = 1 + Math.min(CONNECTION_IDS_SPARE, activeMax - 1);
    while (this.#issued.size < wanted) {
      this.#issued.set(this.#next, this.#source.newId());
      this.#unsent.add(this.#next++);
    }
  }

  /**
   * RETIRE_CONNECTION_ID: the peer will not use this id again. It gets another.
   *
   * @throws PeerError('forbidden') when it cannot know of such an id: a packet full of guesses would have one made for each
   */
  retired(sequence: number): void {
    if (sequence > this.#told) throw new PeerError('forbidden', `connection id ${sequence} was not issued`);
    const own = this.#issued.get(sequence);
    if (!own) return;
    this.#issued.delete(sequence);
    this.#unsent.delete(sequence);
    this.#source.forgetId(own.id);
    this.#issued.set(this.#next, this.#source.newId());
    this.#unsent.add(this.#next++);
  }

  /** The connection is over. */
  forgetAll(): void {
    for (const { id } of this.#issued.values()) this.#source.forgetId(id);
    this.#issued.clear();
    this.#unsent.clear();
  }

  writeFrames(builder: PacketBuilder): void {
    for (const sequence of this.#unsent) {
      const { id, resetToken } = this.#issued.get(sequence)!;
      const frame = { type: 'new-connection-id', sequence, retirePriorTo: 0, id, resetToken } as const;
      if (!builder.add(frame, this, sequence)) return;
      this.#unsent.delete(sequence);
      this.#told = Math.max(this.#told, sequence);
    }
  }

  acked(sequence: number): void {
    this.#unsent.delete(sequence);
  }

  lost(sequence: number): void {
    if (this.#issued.has(sequence)) this.#unsent.add(sequence);
  }
}
