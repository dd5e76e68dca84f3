import { describe, expect, test } from 'vitest';
import { type Address, address } from '../../../src/core/base/address.ts';
import { below, fraction } from '../../../src/core/base/random.ts';
import { Pair, type Side, seeded } from '../../support/pair.ts';

const at = (host: string, port = 7000): Address => address(host, port)!;

/** Somebody on the way who takes nothing off it, but sends copies of what goes by, at once or seconds later, as if from anywhere. */
class Copyist {
  readonly #random;
  readonly #pair: Pair;
  readonly #sources: readonly Address[];
  readonly #share: number;
  #copies: { readonly at: number; readonly to: Side; readonly from: Address; readonly bytes: Uint8Array }[] = [];
  /** Bytes between a side and an address where nobody is. */
  readonly sent = new Map<string, number>();
  readonly answered = new Map<string, number>();

  constructor(pair: Pair, seed: number) {
    const { client, server } = pair;
    this.#pair = pair;
    this.#random = seeded(77 * seed);
    this.#share = fraction(this.#random) / 2;
    const nobody = [at('203.0.113.1'), at('198.51.100.1'), at('192.0.2.1', 9_999), at('192.0.2.2', 8_888)];
    this.#sources = [client.address, server.address, ...nobody];
    pair.onSend = ({ bytes }, from, to) => {
      const target = pair.sides.find((side) => side.address === to);
      if (target) this.#copy(bytes, target);
      else count(this.answered, `${from.name} ${to}`, bytes.length);
      return target !== undefined;
    };
  }

  /** Lets so much time pass. */
  drive(forMs: number): void {
    for (let ms = 0; ms < forMs; ms++) {
      this.#pair.drive({ forMs: 1 });
      const due = this.#copies.filter((copy) => copy.at <= this.#pair.now);
      this.#copies = this.#copies.filter((copy) => copy.at > this.#pair.now);
      for (const { to, from, bytes } of due) {
        count(this.sent, `${to.name} ${from}`, bytes.length);
        this.#pair.inject(to, from, bytes);
      }
    }
  }

  #copy(bytes: Uint8Array, to: Side): void {
    const random = this.#random;
    const from = this.#sources[below(random, this.#sources.length)]!;
    if (from === to.address || fraction(random) > this.#share) return;
    const delayMs = fraction(random) < 0.5 ? 10 * fraction(random) : 5_000 * fraction(random);
    this.#copies.push({ at: this.#pair.now + delayMs, to, from, bytes: bytes.slice() });
  }
}

const count = (counts: Map<string, number>, name: string, bytes: number): void =>
  void counts.set(name, (counts.get(name) ?? 0) + bytes);

describe('§1.1, §1.4 somebody who copies datagrams and sends them from anywhere, at once or later', () => {
  for (let seed = 1; seed <= 8; seed++) {
    test(`neither keeps two apart, nor leads one astray, nor uses it against others: ${seed}`, () => {
      const pair = new Pair({ seed, weather: { latencyMs: 20, jitterMs: 5 } });
      const copyist = new Copyist(pair, seed);
      let read = 0;
      for (const side of pair.sides) {
        side.onEvent = (event) => {
          if (event.type === 'readable') read += event.connection.read(event.stream)?.bytes.length ?? 0;
        };
      }
      const client = pair.dial();
      copyist.drive(3_000);
      const server = pair.connectionOf(pair.server, pair.client)!;
      for (let round = 0; round < 8; round++) {
        for (const connection of [client, server]) {
          const stream = connection.openStream('unidirectional')!;
          connection.write(stream, new Uint8Array(10_000));
          connection.finish(stream);
        }
        if (round % 3 === 1) pair.client.endpoint.networkChanged(pair.now);
        if (round % 3 === 2) client.steer((link) => link.updateKeys(pair.now));
        copyist.drive(700);
      }
      pair.onSend = () => undefined;
      pair.drive({ forMs: 15_000 });
      expect(read).toBe(160_000);
      expect([client.closed, server.closed]).toEqual([false, false]);
      expect([client.address, server.address]).toEqual([pair.server.address, pair.client.address]);
      for (const [name, bytes] of copyist.answered)
        expect(bytes).toBeLessThanOrEqual(3 * (copyist.sent.get(name) ?? 0));
    });
  }
});
