import type { Address } from '../base/address.ts';
import { AMPLIFICATION_FACTOR, PATH_RESPONSES_MAX } from '../base/limits.ts';
import type { Random } from '../base/random.ts';
import { equalBytes } from '../bytes/equal.ts';
import type { FrameOwner, PacketBuilder } from './packet-builder.ts';

/** The datagrams of a path that nothing is known of yet (RFC 9000 §14.1). Path MTU discovery will raise it. */
const PATH_BYTES = 1200;

/**
 * Where a connection sends to, and whether the peer is really there (RFC 9000 §8).
 * A connection has one path so far; when either side may move, it will have several of these.
 */
export class Path implements FrameOwner<Uint8Array> {
  readonly address: Address;
  /** Largest datagram that the path takes. */
  readonly bytesMax = PATH_BYTES;
  #validated: boolean;
  #received = 0;
  #sent = 0;
  /** What the peer must send back from this address. */
  readonly #challenge: Uint8Array;
  #challengeOwed: boolean;
  readonly #responses: Uint8Array[] = [];

  /** @param validated - whether the peer has shown that it receives at this address. */
  constructor(address: Address, validated: boolean, random: Random) {
    this.address = address;
    this.#validated = validated;
    this.#challenge = random.bytes(8);
    this.#challengeOwed = !validated;
  }

  get isValidated(): boolean {
    return this.#validated;
  }

  get isPending(): boolean {
    return this.#challengeOwed || this.#responses.length > 0;
  }

  /** Whether a whole datagram may be sent: to an address that is not proved, three times what came from it (§8.1). */
  get maySend(): boolean {
    return this.#validated || this.#sent + this.bytesMax <= AMPLIFICATION_FACTOR * this.#received;
  }

  received(bytes: number): void {
    this.#received += bytes;
  }

  sent(bytes: number): void {
    this.#sent += bytes;
  }

  /** PATH_CHALLENGE: is answered once. */
  challenged(data: Uint8Array): void {
    this.#responses.push(data.slice());
    if (this.#responses.length > PATH_RESPONSES_MAX) this.#responses.shift();
  }

  /** PATH_RESPONSE: proves the address when it is what we asked for. */
  answered(data: Uint8Array): void {
    if (equalBytes(data, this.#challenge)) this.#validated = true;
  }

  writeFrames(builder: PacketBuilder): void {
    if (this.#challengeOwed && builder.add({ type: 'path-challenge', data: this.#challenge }, this, this.#challenge)) {
      this.#challengeOwed = false;
    }
    // §13.3: a response is sent once; who did not get it challenges again.
    while (this.#responses[0] && builder.add({ type: 'path-response', data: this.#responses[0] })) {
      this.#responses.shift();
    }
  }

  acked(): void {}

  lost(): void {
    this.#challengeOwed = !this.#validated;
  }
}
