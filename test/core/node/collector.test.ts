import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PeerError } from '../../../src/core/base/peer-error.ts';
import { concat } from '../../../src/core/bytes/concat.ts';
import { Writer } from '../../../src/core/bytes/writer.ts';
import { Collector, ControlFrames } from '../../../src/core/node/collector.ts';
import { CONTROL_BYTES_MAX } from '../../../src/core/wire/mesh-message.ts';

const framed = (body: Uint8Array): Uint8Array => concat(new Writer().u32(body.length).finish(), body);

describe('§2 control messages on a stream', () => {
  test('come out whole however the stream was cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 })),
        fc.array(fc.integer({ min: 1, max: 30 })),
        (bodies, cuts) => {
          let rest = concat(...bodies.map(framed));
          const frames = new ControlFrames();
          const out: Uint8Array[] = [];
          for (const cut of [...cuts, rest.length]) {
            out.push(...frames.add(rest.subarray(0, cut)));
            rest = rest.subarray(cut);
          }
          expect(out).toEqual(bodies);
        },
      ),
    );
  });

  test('a long one that comes byte by byte is not copied with every byte', () => {
    const framesOf = (bytes: Uint8Array): Uint8Array[] => {
      const frames = new ControlFrames();
      return [...bytes].flatMap((byte) => frames.add(Uint8Array.of(byte)));
    };
    const body = new Uint8Array(CONTROL_BYTES_MAX).fill(7);
    const before = process.cpuUsage();
    expect(framesOf(framed(body))).toEqual([body]);
    // Copied with every byte, these are 4 GB, and seconds.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(400);
  });

  test('a length over the limit is refused before its bytes come', () => {
    const frames = new ControlFrames();
    expect(() => frames.add(new Writer().u32(CONTROL_BYTES_MAX + 1).finish())).toThrow(PeerError);
  });
});

describe('§2 pushes and answers', () => {
  test('bytes that come one by one are not kept one by one', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const used = (): number => {
      collectGarbage();
      return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    };
    const before = used();
    const collectors = Array.from({ length: 20 }, () => new Collector(80_000));
    for (let i = 0; i < 80_000; i++) for (const collector of collectors) collector.add(new Uint8Array(1));
    // An object for each would take two hundred times as much as its byte.
    expect(used() - before).toBeLessThan(10 * 20 * 80_000);
    expect(collectors.map((collector) => collector.whole().length)).toEqual(collectors.map(() => 80_000));
  });

  test('a stream gives its bytes up to the limit, and blames the peer for one more', () => {
    const collector = new Collector(4);
    collector.add(new Uint8Array([1, 2]));
    collector.add(new Uint8Array([3, 4]));
    expect(collector.whole()).toEqual(new Uint8Array([1, 2, 3, 4]));
    expect(() => collector.add(new Uint8Array([5]))).toThrow(PeerError);
  });
});
