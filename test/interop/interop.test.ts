import { describe, expect, test } from 'vitest';
import {
  ALWAYS,
  type Check,
  clientMoved,
  dropListWasUsedUp,
  type Evidence,
  earlyDataIsRead,
  isOverV6,
  keysAreUpdated,
  newPathsAreChallenged,
  sendsFirstFlightAgain,
  streamLimitsGrow,
  windowsGrow,
} from './checks.ts';
import type { Seen } from './dissect.ts';
import { fileBytes, fileDigest } from './files.ts';
import { runReal } from './real.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS, scenarioOf } from './scenarios.ts';
import { runVirtual } from './virtual.ts';

const MB = 1024 * 1024;
/** Those of 10 MB are run by `npm run interop`. */
const LONG = ['transfer', 'chacha20', 'blackhole', 'rebind-port', 'rebind-addr'];

describe('the interop scenarios in virtual time', () => {
  test.each(SCENARIOS.map(({ name }) => name).filter((name) => !LONG.includes(name)))('%s', (name) => {
    expect(runVirtual(scenarioOf(name)!, 1).problems).toEqual([]);
  });

  test.each(['rebind-port', 'rebind-addr'])('%s: 2 MB take less than a second longer than without', (name) => {
    const run = runVirtual({ ...scenarioOf(name)!, work: { connections: [[2 * MB]] } }, 1);
    expect(run.problems).toEqual([]);
    expect(run.tookMs).toBeLessThan(3_000);
  });

  test('the same seed gives the same run', () => {
    const lossy = { ...scenarioOf('transferloss')!, work: { connections: [[MB / 4]] } };
    const [one, again, other] = [7, 7, 8].map((seed) => runVirtual(lossy, seed));
    expect(again).toEqual(one);
    expect(other?.tookMs).not.toBe(one?.tookMs);
  });
});

describe('the interop scenarios over sockets', () => {
  test('handshake', { timeout: 60_000 }, async () => {
    expect((await runReal(scenarioOf('handshake')!, 1)).problems).toEqual([]);
  });
});

describe('the checks of the interop scenarios', () => {
  const handshake = scenarioOf('handshake')!;
  const problems = (changes: Partial<Scenario>): readonly string[] =>
    runVirtual({ ...handshake, ...changes }, 1).problems;

  test.each<[string, Check, Partial<Scenario>]>([
    ['a first flight that is sent once', sendsFirstFlightAgain, {}],
    ['a file that fits into the first window', windowsGrow, {}],
    ['a limit of streams that is never raised', streamLimitsGrow, {}],
    ['a drop list that is longer than the run', dropListWasUsedUp, { up: { ...handshake.up, drop: [2, 999] } }],
    ['keys that stay', keysAreUpdated, {}],
    ['requests that come after the handshake', earlyDataIsRead, {}],
    ['IPv4', isOverV6, {}],
    ['a client that stays', clientMoved, {}],
    ['a single path', newPathsAreChallenged('port'), {}],
  ])('notice %s', (_, check, changes) => {
    expect(problems({ ...changes, checks: [check] })).not.toEqual([]);
    expect(problems({ ...changes, checks: [] })).toEqual([]);
  });

  test('notice a run that is not done in time', () => {
    expect(problems({ timeoutMs: 20 })).toContain('not done after 0.02 s');
    expect(problems({ timeoutMs: 20 })).toContain('0 of 1 files came');
  });

  test('notice a server that asks nobody for a token', () => {
    expect(problems({ work: { connections: [[1024]], crowd: 1 } })).toEqual(['0 Retries, 0 tokens returned']);
  });
});

describe('what every run is held to', () => {
  /** What is known of a run of `handshake` that passed. */
  const evidence = ((): Evidence => {
    let caught: Evidence | undefined;
    const keep: Check = (one) => {
      caught = one;
      return [];
    };
    runVirtual({ ...scenarioOf('handshake')!, checks: [keep] }, 1);
    return caught!;
  })();
  const problems = (changed: Evidence): readonly string[] => ALWAYS.flatMap((check) => check(changed));
  const isSpoken = ({ kind, direction }: Seen): boolean => kind === 'short' && direction === 'down';
  const { seen, client, server } = evidence;
  const spoken = seen.find(isSpoken)!;
  const closing = seen.findIndex(({ packets }) =>
    packets.some(({ frames }) => frames.some(({ type }) => type === 'close')),
  );

  test('a run that passed has no problems', () => expect(problems(evidence)).toEqual([]));

  test.each<[string, Partial<Evidence>]>([
    [
      'a file of 1024 bytes is not the file',
      { client: { ...client, downloads: client.downloads.map((file) => ({ ...file, sha256: '00' })) } },
    ],
    ['0 of 1 files came', { client: { ...client, downloads: [] } }],
    ['0 handshakes, not 1', { seen: seen.filter(({ kind }) => kind !== 'initial') }],
    ['the server confirmed 2 connections, not 1', { server: { ...server, confirmed: 2 } }],
    [
      'the server spoke on 2 connections, not 1',
      { seen: [...seen, { ...spoken, connection: 'another', packets: [] }] },
    ],
    ['1 Retries', { seen: [{ ...seen[1]!, kind: 'retry' }, ...seen] }],
    [
      '1 datagrams that nobody’s keys open',
      { seen: seen.map((one) => (one === spoken ? { ...one, packets: [] } : one)) },
    ],
    [`packet ${spoken.packets[0]!.number} twice`, { seen: [...seen, spoken] }],
    [
      'the client closed with 0xa',
      {
        seen: seen.with(closing, {
          ...seen[closing]!,
          packets: [
            { number: 99, generation: 0, frames: [{ type: 'close', application: false, code: 10, detail: '' }] },
          ],
        }),
      },
    ],
    [
      `${spoken.bytes.length} bytes to an address that sent 0`,
      { seen: [...seen, { ...spoken, outside: '192.0.2.9:1' }] },
    ],
    [
      `1 ids on more than one path (down ${spoken.destination})`,
      { seen: [...seen, { ...spoken, outside: '192.0.2.9:1' }] },
    ],
  ])('%s', (problem, changes) => {
    expect(problems({ ...evidence, ...changes })).toContain(problem);
  });
});

describe('the files of the interop scenarios', () => {
  test('are other bytes for another seed, and as long as asked', () => {
    expect(fileBytes({ bytes: 1_001, seed: 1 })).toHaveLength(1_001);
    expect(fileDigest({ bytes: 1_001, seed: 1 })).not.toBe(fileDigest({ bytes: 1_001, seed: 2 }));
    expect(new Set(fileBytes({ bytes: 4_096, seed: 0 })).size).toBe(256);
  });
});
