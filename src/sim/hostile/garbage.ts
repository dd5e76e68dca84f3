import type { Address, Datagram } from '../../core/base/address.ts';
import { below, type Random } from '../../core/base/random.ts';
import type { Organs } from '../../core/node/organs.ts';
import { encodePush } from '../../core/wire/mesh-message.ts';
import type { Malice } from './hostile-node.ts';

/** One attack in so many writes garbage inside a connection, which ends it: more would keep the door shut for an hour. */
const INSIDE_ONCE_IN = 1_200;

/** Places that it sends garbage to. */
const ADDRESSES_MAX = 16;

/** Sends what makes no sense: random datagrams, damaged copies of real ones, envelopes whose signature is wrong, and nonsense inside a connection. */
export class Garbage implements Malice {
  readonly #random: Random;
  /** The last datagram from each address: whoever shuts the door is knocked at all the same. */
  readonly #last = new Map<Address, Uint8Array>();
  #envelope: Uint8Array | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  spoil({ intake }: Organs): void {
    const pushed = intake.pushed.bind(intake);
    intake.pushed = (session, push, stream, now) => {
      this.#envelope = push.envelope.slice();
      pushed(session, push, stream, now);
    };
  }

  saw(datagram: Datagram): void {
    if (this.#last.has(datagram.address) || this.#last.size < ADDRESSES_MAX) {
      this.#last.set(datagram.address, datagram.bytes);
    }
  }

  act({ sessions }: Organs): readonly Datagram[] {
    for (const session of sessions.all()) {
      if (this.#envelope) {
        // The signature is near the end: what is signed still parses.
        const envelope = this.#damaged(this.#envelope, this.#envelope.length - 60);
        session.push(encodePush({ envelope, copies: 1, again: false }), () => {});
      }
      if (below(this.#random, INSIDE_ONCE_IN) === 0) session.push(this.#random.bytes(200), () => {});
    }
    return [...this.#last].flatMap(([address, bytes]) => [
      { address, bytes: this.#random.bytes(1 + below(this.#random, 1_500)) },
      { address, bytes: this.#damaged(bytes) },
    ]);
  }

  #damaged(bytes: Uint8Array, from = 0): Uint8Array {
    const damaged = bytes.slice();
    if (damaged.length > from && from >= 0) damaged[from + below(this.#random, damaged.length - from)]! ^= 1;
    return damaged;
  }
}
