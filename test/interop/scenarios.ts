import {
  clientMoved,
  dropListWasUsedUp,
  earlyDataIsRead,
  isOverV6,
  keysAreUpdated,
  newPathsAreChallenged,
  sendsFirstFlightAgain,
  streamLimitsGrow,
  windowsGrow,
} from './checks.ts';
import type { LaneSpec } from './lane.ts';
import type { Scenario } from './scenario.ts';

/** What the interop runner calls simple-p2p: 10 Mbit/s, 15 ms one way, a queue of 25 packets. */
export const SIMPLE: LaneSpec = { bitsPerSecond: 10e6, queuePackets: 25, delayMs: 15 };

const KB = 1024;
const MB = 1024 * KB;

const both = (lane: LaneSpec): Pick<Scenario, 'up' | 'down'> => ({ up: lane, down: lane });

const ON_SIMPLE = { ...both(SIMPLE), timeoutMs: 60_000, checks: [] } as const;

const FIFTY_CONNECTIONS = {
  work: { connections: Array.from({ length: 50 }, () => [KB]) },
  timeoutMs: 300_000,
} as const;

/**
 * The scenarios of quic-interop-runner that apply to a transport with Noise in place of TLS and one version, under its
 * conditions; and early data, which is what we have in place of 0-RTT. Those of goodput and cross traffic are measurements.
 */
export const SCENARIOS: readonly Scenario[] = [
  { ...ON_SIMPLE, name: 'handshake', shows: 'one file, one handshake, no Retry', work: { connections: [[KB]] } },
  {
    ...ON_SIMPLE,
    name: 'transfer',
    shows: 'three files at once, from small windows that grow',
    work: { connections: [[2 * MB, 3 * MB, 5 * MB]] },
    checks: [windowsGrow],
  },
  {
    ...ON_SIMPLE,
    name: 'longrtt',
    shows: 'a round trip of 1.5 s: the first flight goes twice, and is one handshake',
    ...both({ ...SIMPLE, delayMs: 750 }),
    work: { connections: [[KB]] },
    checks: [sendsFirstFlightAgain],
  },
  {
    ...ON_SIMPLE,
    name: 'chacha20',
    shows: 'every packet opens by ChaCha20-Poly1305, written anew from the RFC',
    work: { connections: [[3 * MB]] },
  },
  {
    ...ON_SIMPLE,
    name: 'multiplexing',
    shows: '1,999 streams on one connection, more than are allowed at first',
    work: { connections: [Array.from({ length: 1_999 }, () => 32)] },
    checks: [streamLimitsGrow],
  },
  {
    ...ON_SIMPLE,
    name: 'retry',
    shows: 'with a crowd at the door the client is asked for a token, and brings it',
    work: { connections: [[10 * KB]], crowd: 12 },
  },
  {
    ...ON_SIMPLE,
    name: 'resumption',
    shows: 'a second connection right after the first; a Noise handshake has nothing to resume',
    work: { connections: [[5 * KB], [10 * KB]] },
  },
  {
    ...ON_SIMPLE,
    name: 'earlydata',
    shows: 'three requests in message 1 are read before the client has proved itself',
    work: { connections: [[32, 32, 32]], early: true },
    checks: [earlyDataIsRead],
  },
  {
    ...ON_SIMPLE,
    name: 'blackhole',
    shows: 'nothing passes for 2 s in 7; the connection stays',
    ...both({ ...SIMPLE, blackhole: { onMs: 5_000, offMs: 2_000 } }),
    work: { connections: [[10 * MB]] },
  },
  {
    ...ON_SIMPLE,
    name: 'keyupdate',
    shows: 'the client renews its keys in the first megabyte, and the server follows',
    work: { connections: [[3 * MB]], updateKeysAtBytes: 256 * KB },
    checks: [keysAreUpdated],
  },
  {
    ...ON_SIMPLE,
    name: 'amplificationlimit',
    shows: 'what follows message 1 is lost six times; the server sends three times what it got at most',
    up: { ...SIMPLE, drop: [2, 3, 4, 5, 6, 7] },
    work: { connections: [[5 * KB]] },
    checks: [dropListWasUsedUp],
  },
  {
    ...ON_SIMPLE,
    ...FIFTY_CONNECTIONS,
    name: 'handshakeloss',
    shows: '30 % lost each way: 50 connections, 50 handshakes',
    ...both({ ...SIMPLE, loss: 0.3, burst: 3 }),
  },
  {
    ...ON_SIMPLE,
    name: 'transferloss',
    shows: '2 % lost each way',
    ...both({ ...SIMPLE, loss: 0.02, burst: 3 }),
    work: { connections: [[2 * MB]] },
  },
  {
    ...ON_SIMPLE,
    ...FIFTY_CONNECTIONS,
    name: 'handshakecorruption',
    shows: '30 % damaged each way: 50 connections, 50 handshakes',
    ...both({ ...SIMPLE, corrupt: 0.3, burst: 3 }),
  },
  {
    ...ON_SIMPLE,
    name: 'transfercorruption',
    shows: '2 % damaged each way',
    ...both({ ...SIMPLE, corrupt: 0.02, burst: 3 }),
    work: { connections: [[2 * MB]] },
  },
  {
    ...ON_SIMPLE,
    name: 'ipv6',
    shows: 'two files over IPv6 alone',
    v6: true,
    work: { connections: [[5 * KB, 10 * KB]] },
    checks: [isOverV6],
  },
  {
    ...ON_SIMPLE,
    name: 'rebind-port',
    shows: 'the NAT changes the client’s port after 1 s and every 5 s; every new path is challenged',
    rebinding: { firstMs: 1_000, everyMs: 5_000, changes: 'port' },
    work: { connections: [[10 * MB]] },
    checks: [newPathsAreChallenged('port')],
  },
  {
    ...ON_SIMPLE,
    name: 'rebind-addr',
    shows: 'the same, with another outer address each time',
    rebinding: { firstMs: 1_000, everyMs: 5_000, changes: 'address' },
    work: { connections: [[10 * MB]] },
    checks: [newPathsAreChallenged('host')],
  },
  {
    ...ON_SIMPLE,
    name: 'connectionmigration',
    shows: 'the client goes to another address, under ids not used before',
    work: { connections: [[2 * MB]], moveAtBytes: 512 * KB },
    checks: [newPathsAreChallenged('port'), clientMoved],
  },
];

/** A scenario that is a measurement: how much of the cable one transfer fills. */
export const GOODPUT: Scenario = {
  ...ON_SIMPLE,
  name: 'goodput',
  shows: '10 MB over 10 Mbit/s',
  work: { connections: [[10 * MB]] },
};

/** A scenario that is a measurement: our part of the cable beside one TCP flow. */
export const CROSS_TRAFFIC: Scenario = {
  ...ON_SIMPLE,
  name: 'crosstraffic',
  shows: '25 MB beside TCP CUBIC',
  work: { connections: [[25 * MB]] },
  timeoutMs: 180_000,
};

/** The scenario of a name. */
export const scenarioOf = (name: string): Scenario | undefined =>
  [...SCENARIOS, GOODPUT, CROSS_TRAFFIC].find((scenario) => scenario.name === name);
