import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/core/transport/connection.ts';
import { Pair, type Side, type Weather } from '../../support/pair.ts';

/** Two sides and a wire that takes datagrams of so many bytes; it knows the largest that has passed. */
class Narrow {
  readonly pair: Pair;
  readonly client: Side;
  readonly server: Side;
  readonly connection: Connection;
  bytesMax: number;
  #largest = 0;

  constructor(bytesMax: number, weather: Partial<Weather> = {}, ceiling = 1_472) {
    this.bytesMax = bytesMax;
    this.pair = new Pair();
    const pathCeiling = () => ceiling;
    this.client = this.pair.add('near', '192.0.2.11', { pathCeiling });
    this.server = this.pair.add('far', '192.0.2.12', { pathCeiling });
    this.pair.onSend = ({ bytes }) => {
      if (bytes.length > this.bytesMax) return false;
      this.#largest = Math.max(this.#largest, bytes.length);
      return undefined;
    };
    this.connection = this.pair.connect(this.client, this.server).client;
    this.pair.weather = { ...this.pair.weather, ...weather };
    this.pair.drive({ forMs: 5_000 });
  }

  takeLargest(): number {
    const largest = this.#largest;
    this.#largest = 0;
    return largest;
  }

  /** Sends so many bytes to the other side, and waits until they are read. @returns how long that took, in milliseconds */
  transfer(count: number, meanwhile: (readBytes: number) => void = () => {}): number {
    const { pair, connection } = this;
    const id = connection.openStream('unidirectional')!;
    let [written, read, ended] = [0, 0, false];
    const write = (): void => {
      if (written === count) return;
      written += connection.write(id, new Uint8Array(count - written));
      if (written === count) connection.finish(id);
    };
    this.client.onEvent = ({ type }) => {
      if (type === 'writable') write();
    };
    this.server.onEvent = (event) => {
      if (event.type !== 'readable') return;
      for (let got = event.connection.read(event.stream); got; got = event.connection.read(event.stream)) {
        read += got.bytes.length;
        ended ||= got.fin;
      }
      meanwhile(read);
    };
    const from = pair.now;
    write();
    pair.drive({ until: () => ended, forMs: 60_000 });
    expect(read).toBe(count);
    return pair.now - from;
  }
}

describe('RFC 8899: path MTU of a connection', () => {
  test('it is found before anything is to be said, and then used', () => {
    const wire = new Narrow(1_400);
    expect(wire.takeLargest()).toBeGreaterThan(1_380);
    wire.transfer(100_000);
    expect(wire.takeLargest()).toBeGreaterThan(1_380);
  });

  test('a probe longer than the whole window holds nothing back: spare ids and data go beside it', () => {
    const pair = new Pair({ weather: { latencyMs: 10 } });
    const pathCeiling = () => 16_384;
    const near = pair.add('near', '192.0.2.11', { pathCeiling });
    const far = pair.add('far', '192.0.2.12', { pathCeiling });
    pair.onSend = ({ bytes }) => bytes.length <= 1_472;
    const { client, server } = pair.connect(near, far);
    const stream = client.openStream('unidirectional')!;
    client.write(stream, new Uint8Array(5_000));
    pair.drive({ forMs: 25 });
    expect(server.read(stream)?.bytes).toHaveLength(5_000);
    expect([client.link.remoteIds.spare, server.link.remoteIds.spare]).toEqual([4, 4]);
  });

  test('so are jumbo frames, where the host says that they may be, though they are no part of the first window', () => {
    for (const [real, ceiling] of [
      [8_972, 8_972],
      [16_384, 16_384],
      [1_472, 8_972],
    ] as const) {
      const found = new Narrow(real, {}, ceiling).takeLargest();
      expect(found).toBeGreaterThan(real - 20);
      expect(found).toBeLessThanOrEqual(real);
    }
  });

  test('where the least passes that must, 1200 bytes, or the 1232 of IPv6, everything passes', () => {
    for (const bytesMax of [1_200, 1_232]) {
      const wire = new Narrow(bytesMax);
      expect(wire.transfer(200_000)).toBeLessThan(2_000);
      expect(wire.takeLargest()).toBeGreaterThan(bytesMax - 20);
    }
  });

  test('at 10 % loss too', () => {
    const wire = new Narrow(1_400, { loss: 0.1 });
    wire.pair.drive({ forMs: 10_000 });
    wire.transfer(100_000);
    wire.takeLargest();
    wire.transfer(50_000);
    expect(wire.takeLargest()).toBeGreaterThan(1_380);
  });

  for (const loss of [0, 0.05]) {
    test(`a path that shrinks under a transfer delays it by moments, and does not stop it: ${loss * 100} % loss`, () => {
      const wire = new Narrow(1_472, { loss });
      const undisturbed = wire.transfer(1_500_000);
      const shrunk = wire.transfer(1_500_000, (read) => {
        if (read > 100_000) wire.bytesMax = 1_300;
      });
      expect(shrunk - undisturbed).toBeLessThan(loss > 0 ? 5_000 : 1_000);
      wire.takeLargest();
      wire.transfer(100_000);
      expect(wire.takeLargest()).toBeGreaterThan(1_270);
    });
  }

  test('one that shrinks between two messages delivers the second all the same', () => {
    const wire = new Narrow(1_472);
    wire.transfer(10_000);
    wire.bytesMax = 1_250;
    expect(wire.transfer(10_000)).toBeLessThan(2_000);
    expect(wire.transfer(10_000)).toBeLessThan(1_000);
    expect(wire.transfer(10_000)).toBeLessThan(200);
  });

  test('30 % random loss is not mistaken for a path that shrinks', () => {
    const wire = new Narrow(1_472);
    expect(wire.takeLargest()).toBe(1_472);
    wire.pair.weather = { ...wire.pair.weather, loss: 0.3 };
    wire.transfer(300_000);
    wire.takeLargest();
    wire.transfer(50_000);
    expect(wire.takeLargest()).toBe(1_472);
  });
});
