import type { Datagram } from '../../core/base/address.ts';
import { below, type Random } from '../../core/base/random.ts';
import type { Organs } from '../../core/node/organs.ts';
import { encodePush } from '../../core/wire/mesh-message.ts';
import type { Malice } from './hostile-node.ts';

/** Datagrams, and envelopes, that it remembers. */
const REMEMBERED_MAX = 500;

/** Sends what it has seen once more: old datagrams to whoever they came from and to others, old envelopes to its neighbours. */
export class Replayer implements Malice {
  readonly #random: Random;
  readonly #datagrams: Datagram[] = [];
  readonly #envelopes: Uint8Array[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  spoil({ intake }: Organs): void {
    const pushed = intake.pushed.bind(intake);
    intake.pushed = (session, push, stream, now) => {
      this.#remember(this.#envelopes, push.envelope.slice());
      pushed(session, push, stream, now);
    };
  }

  saw(datagram: Datagram): void {
    this.#remember(this.#datagrams, datagram);
  }

  act({ sessions }: Organs): readonly Datagram[] {
    const [session, envelope] = [this.#any([...sessions.all()]), this.#any(this.#envelopes)];
    const again = below(this.#random, 2) === 0;
    if (session && envelope) session.push(encodePush({ envelope, copies: 1, again }), () => {});
    const [one, other] = [this.#any(this.#datagrams), this.#any(this.#datagrams)];
    return one && other ? [one, { address: other.address, bytes: one.bytes }] : [];
  }

  #any<T>(from: readonly T[]): T | undefined {
    return from.length === 0 ? undefined : from[below(this.#random, from.length)];
  }

  /** Old ones are the better ones: a full memory forgets any. */
  #remember<T>(into: T[], one: T): void {
    if (into.length < REMEMBERED_MAX) into.push(one);
    else into[below(this.#random, into.length)] = one;
  }
}
