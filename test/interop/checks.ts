import { AMPLIFICATION_FACTOR } from '../../src/core/base/limits.ts';
import { hex } from '../../src/core/bytes/hex.ts';
import type { Frame, FrameType } from '../../src/core/wire/frame.ts';
import type { Seen, SeenPacket } from './dissect.ts';
import type { ClientReport } from './downloader.ts';
import { type FileName, fileDigest } from './files.ts';
import type { Scenario } from './scenario.ts';
import type { Direction } from './sighting.ts';

/** What the server can say at the end. */
export type ServerReport = {
  /** Connections that were confirmed. */
  readonly confirmed: number;
  /** Requests that were read before their connection was confirmed. */
  readonly early: number;
};

/** All that is known of a run: what both sides said, and what the cable saw. */
export type Evidence = {
  readonly scenario: Scenario;
  readonly files: readonly (readonly FileName[])[];
  readonly client: ClientReport;
  readonly server: ServerReport;
  /** In the order of sending. */
  readonly seen: readonly Seen[];
};

/** What must be true of a run: gives what is not, in words. */
export type Check = (evidence: Evidence) => readonly string[];

/** Every file came whole, once. */
const filesAreWhole: Check = ({ files, client }) => {
  const wanted = files.flat();
  const problems = client.failure === undefined ? [] : [`the client gave up: ${client.failure}`];
  const came = new Map(client.downloads.map(({ bytes, seed, sha256 }) => [`${bytes} ${seed}`, sha256]));
  if (client.downloads.length !== wanted.length)
    problems.push(`${client.downloads.length} of ${wanted.length} files came`);
  for (const file of wanted) {
    const sha256 = came.get(`${file.bytes} ${file.seed}`);
    if (sha256 !== undefined && sha256 !== fileDigest(file))
      problems.push(`a file of ${file.bytes} bytes is not the file`);
  }
  return problems;
};

/** A handshake for each connection, and no other. */
const handshakesAreCounted: Check = ({ scenario, seen, server }) => {
  const wanted = scenario.work.connections.length;
  const dials = new Set(seen.filter(({ kind }) => kind === 'initial').map(({ source }) => source));
  const spoken = new Set(
    seen.filter(({ kind, direction }) => kind === 'short' && direction === 'down').map((one) => one.connection),
  );
  spoken.delete(undefined);
  return [
    ...said(dials.size !== wanted, `${dials.size} handshakes, not ${wanted}`),
    ...said(server.confirmed !== wanted, `the server confirmed ${server.confirmed} connections, not ${wanted}`),
    ...said(spoken.size !== wanted, `the server spoke on ${spoken.size} connections, not ${wanted}`),
  ];
};

/** A Retry is seen when there is a crowd, is followed, and else never sent. */
const retryWhenCrowded: Check = ({ scenario, seen }) => {
  const retries = seen.filter(({ kind }) => kind === 'retry').length;
  const followed = seen.filter(({ kind, tokenBytes }) => kind === 'initial' && tokenBytes > 0).length;
  if (scenario.work.crowd)
    return said(retries === 0 || followed === 0, `${retries} Retries, ${followed} tokens returned`);
  return said(retries > 0, `${retries} Retries`);
};

/** Stateless resets have at most so many bytes (endpoint.ts), and look like packets that nobody's keys open. */
const RESET_BYTES_MAX = 42;

/** Everything on the cable can be read by ChaCha20-Poly1305 and RFC 9001 alone. */
const everythingReads: Check = ({ seen }) => {
  const closed = seen.filter(
    ({ kind, packets, bytes }) =>
      kind === undefined || (kind === 'short' && packets.length === 0 && bytes.length > RESET_BYTES_MAX),
  );
  return said(closed.length > 0, `${closed.length} datagrams that nobody’s keys open`);
};

/** Until the client has shown that it is where it says, at most three times what came from there goes there (RFC 9000 §8.1). */
const amplificationIsBounded: Check = ({ seen }) => {
  const places = new Map<string, { got: number; gave: number; proved: boolean; challenges: Set<string> }>();
  const answered = new Set(seen.filter(({ kind }) => kind === 'handshake').map(placeOf));
  const problems: string[] = [];
  for (const { one, isArrival } of serverSide(seen)) {
    if (one.connection === undefined) continue;
    const key = placeOf(one);
    const place = places.get(key) ?? { got: 0, gave: 0, proved: false, challenges: new Set() };
    places.set(key, place);
    if (isArrival) {
      place.got += one.bytes.length;
      // Where message 2 was sent to, the first packet that answers it is the proof; elsewhere only PATH_RESPONSE is.
      if (one.kind === 'short' && answered.has(key)) place.proved = true;
      for (const { data } of framesOf(one, 'path-response')) {
        for (const other of places.values()) if (other.challenges.has(hex(data))) other.proved = true;
      }
    } else {
      place.gave += one.bytes.length;
      for (const { data } of framesOf(one, 'path-challenge')) place.challenges.add(hex(data));
      if (!place.proved && place.gave > AMPLIFICATION_FACTOR * place.got) {
        problems.push(`${place.gave} bytes to an address that sent ${place.got}`);
      }
    }
  }
  return problems.slice(0, 1);
};

const placeOf = ({ connection, outside }: Seen): string => `${connection} ${outside}`;

/** The client's last word is CONNECTION_CLOSE without error. */
const closesWithoutError: Check = ({ seen }) => {
  const codes = new Map<string | undefined, number>();
  for (const one of seen.filter(({ direction }) => direction === 'up')) {
    for (const { code } of framesOf(one, 'close')) if (!codes.has(one.connection)) codes.set(one.connection, code);
  }
  const errors = [...codes.values()].filter((code) => code !== 0);
  return said(errors.length > 0, `the client closed with ${errors.map((code) => `0x${code.toString(16)}`)}`);
};

/** No packet number twice, and none of older keys above one of newer ones (RFC 9001 §6.4). Two sockets may be read out of order. */
const numbersGoUp: Check = ({ seen }) => {
  const problems: string[] = [];
  for (const packets of packetsByWay(seen).values()) {
    const sorted = packets.toSorted((a, b) => a.number - b.number);
    for (let i = 1; i < sorted.length; i++) {
      const [before, after] = [sorted[i - 1]!, sorted[i]!];
      if (after.number === before.number) problems.push(`packet ${after.number} twice`);
      if (after.generation < before.generation)
        problems.push(`packet ${after.number} has older keys than those before`);
    }
  }
  return problems.slice(0, 1);
};

/** A connection id is used towards one address and from one address only (RFC 9000 §9.5). */
const idsStayOnTheirPath: Check = ({ seen }) => {
  const places = new Map<string, Set<string | undefined>>();
  for (const { direction, destination, inside, outside } of seen.filter(
    (one) => one.kind === 'short' && one.packets.length > 0,
  )) {
    const at = places.get(`${direction} ${destination}`) ?? new Set();
    places.set(`${direction} ${destination}`, at.add(direction === 'up' ? inside : outside));
  }
  const shared = [...places].filter(([, at]) => at.size > 1).map(([id]) => id);
  return said(shared.length > 0, `${shared.length} ids on more than one path (${shared[0]})`);
};

/** What every run must hold. */
export const ALWAYS: readonly Check[] = [
  filesAreWhole,
  handshakesAreCounted,
  retryWhenCrowded,
  everythingReads,
  amplificationIsBounded,
  closesWithoutError,
  numbersGoUp,
  idsStayOnTheirPath,
];

/** The first flight was sent again, since the answer takes longer than that. */
export const sendsFirstFlightAgain: Check = ({ seen }) => {
  const flights = seen.filter(({ kind }) => kind === 'initial').length;
  return said(flights < 2, `${flights} first flights`);
};

/** No file fits into the window that its stream begins with, and the limits of streams and connection were raised. */
export const windowsGrow: Check = ({ files, seen }) => {
  const raised = [...framesSent(seen, 'up', 'max-stream-data')];
  const problems = said([...framesSent(seen, 'up', 'max-data')].length === 0, 'MAX_DATA was never sent');
  for (const stream of new Set([...framesSent(seen, 'down', 'stream')].map(({ frame }) => frame.id))) {
    const firstRaise = raised.find(({ frame }) => frame.id === stream)?.one.sentAt ?? Number.POSITIVE_INFINITY;
    const before = [...framesSent(seen, 'down', 'stream')].filter(
      ({ frame, one }) => frame.id === stream && one.sentAt <= firstRaise,
    );
    const reached = Math.max(0, ...before.map(({ frame }) => frame.offset + frame.data.length));
    const smallest = Math.min(...files.flat().map(({ bytes }) => bytes));
    if (reached >= smallest) problems.push(`stream ${stream}: ${reached} bytes before MAX_STREAM_DATA`);
  }
  return problems;
};

/** The server lets the client open at most this many streams at first (the interop runner's bound). */
const FIRST_STREAMS_MAX = 1_000;

/** The server allowed few streams at first, and then more. */
export const streamLimitsGrow: Check = ({ seen }) => {
  const firstRaise = [...framesSent(seen, 'down', 'max-streams')][0]?.one.sentAt;
  if (firstRaise === undefined) return ['MAX_STREAMS was never sent'];
  const early = new Set(
    [...framesSent(seen, 'up', 'stream')].filter(({ one }) => one.sentAt <= firstRaise).map(({ frame }) => frame.id),
  );
  return said(early.size > FIRST_STREAMS_MAX, `${early.size} streams before MAX_STREAMS`);
};

/** Everything on the drop list was sent, so that the server was alone with message 1 for that long. */
export const dropListWasUsedUp: Check = ({ scenario, seen }) => {
  const sent = seen.filter(({ direction }) => direction === 'up').length;
  const last = Math.max(...(scenario.up.drop ?? []));
  return said(sent <= last, `only ${sent} datagrams to the server`);
};

/** The interop runner's bound for the first key update. */
const FIRST_UPDATE_BYTES_MAX = 1024 * 1024;

/** Both sides renewed their keys while the first megabyte went over. */
export const keysAreUpdated: Check = ({ seen }) => {
  const problems: string[] = [];
  for (const direction of ['up', 'down'] as const) {
    const first = seen.findIndex(
      (one) => one.direction === direction && one.packets.some(({ generation }) => generation > 0),
    );
    if (first === -1) {
      problems.push(`no packet ${direction} of new keys`);
      continue;
    }
    let bytes = 0;
    for (const one of seen.slice(0, first))
      for (const { data } of framesOf(one, 'stream')) bytes += one.direction === 'down' ? data.length : 0;
    if (bytes > FIRST_UPDATE_BYTES_MAX) problems.push(`new keys ${direction} after ${bytes} bytes only`);
  }
  return problems;
};

/** The requests of message 1 were read before the client had proved itself, and not sent again. */
export const earlyDataIsRead: Check = ({ seen, server }) => {
  const again = [...framesSent(seen, 'up', 'stream')].filter(({ frame }) => frame.id === 4).length;
  return [
    ...said(server.early !== 3, `${server.early} of 3 requests were read early`),
    ...said(again > 0, `a request of message 1 was sent again ${again} times`),
  ];
};

/** It all went over IPv6. */
export const isOverV6: Check = ({ seen }) =>
  said(
    seen.some(({ inside, outside }) => !inside.startsWith('[') || outside?.startsWith('[') === false),
    'not only IPv6',
  );

/** The server saw the client at more than one address, at more than one host if asked for; each was challenged at once. */
export const newPathsAreChallenged =
  (differIn: 'port' | 'host'): Check =>
  ({ seen }) => {
    const problems: string[] = [];
    const places = new Set<string>();
    for (const one of seen.filter(({ direction }) => direction === 'down')) {
      const outside = one.outside!;
      if (places.has(outside)) continue;
      if (places.size > 0 && framesOf(one, 'path-challenge').length === 0)
        problems.push(`the first packet to ${outside} is no challenge`);
      places.add(outside);
    }
    const count =
      differIn === 'port'
        ? places.size
        : new Set([...places].map((place) => place.slice(0, place.lastIndexOf(':')))).size;
    return [...said(count < 2, `the server sent to ${count} ${differIn}s`), ...problems, ...unansweredChallenges(seen)];
  };

/** A challenge that comes this shortly before the connection is closed may go without its answer. */
const LAST_MOMENT_MS = 50;

/** PATH_CHALLENGE that arrived where its receiver still was, and was not answered. */
function unansweredChallenges(seen: readonly Seen[]): readonly string[] {
  const closedAt = [...framesSent(seen, 'up', 'close')][0]?.one.sentAt ?? Number.POSITIVE_INFINITY;
  const leftAt = new Map(seen.filter(({ direction }) => direction === 'up').map((one) => [one.inside, one.sentAt]));
  return (['up', 'down'] as const).flatMap((direction) => {
    const back = direction === 'up' ? 'down' : 'up';
    const answers = new Set([...framesSent(seen, back, 'path-response')].map(({ frame }) => hex(frame.data)));
    const isOpen = (data: Uint8Array, { arrivedAt, damaged, inside }: Seen): boolean => {
      if (arrivedAt === undefined || damaged || answers.has(hex(data))) return false;
      return arrivedAt < closedAt - LAST_MOMENT_MS && (direction === 'up' || arrivedAt < leftAt.get(inside)!);
    };
    const open = [...framesSent(seen, direction, 'path-challenge')].filter(({ one, frame }) => isOpen(frame.data, one));
    return said(open.length > 0, `${open.length} challenges ${direction} were not answered`);
  });
}

/** The client went to another address of its own, and both sides took ids that they had not used before. */
export const clientMoved: Check = ({ seen }) => {
  const insides = new Set(seen.filter(({ direction }) => direction === 'up').map(({ inside }) => inside));
  const ids = new Set(
    seen.filter(({ kind, direction }) => kind === 'short' && direction === 'up').map((one) => one.destination),
  );
  return [
    ...said(insides.size < 2, 'the client stayed where it was'),
    ...said(ids.size < insides.size, `${ids.size} ids at ${insides.size} addresses`),
  ];
};

const said = (isWrong: boolean, what: string): string[] => (isWrong ? [what] : []);

const framesOf = <Type extends FrameType>(one: Seen, type: Type): Extract<Frame, { type: Type }>[] =>
  one.packets.flatMap(({ frames }) =>
    frames.filter((frame): frame is Extract<Frame, { type: Type }> => frame.type === type),
  );

/** The frames of one type that went one way, with their datagrams. */
function* framesSent<Type extends FrameType>(
  seen: readonly Seen[],
  direction: Direction,
  type: Type,
): Iterable<{ readonly frame: Extract<Frame, { type: Type }>; readonly one: Seen }> {
  for (const one of seen) {
    if (one.direction === direction) for (const frame of framesOf(one, type)) yield { frame, one };
  }
}

/** Packets in the order of sending, by connection and direction. */
function packetsByWay(seen: readonly Seen[]): ReadonlyMap<string, readonly SeenPacket[]> {
  const ways = new Map<string, SeenPacket[]>();
  for (const { connection, direction, packets } of seen) {
    const way = `${connection} ${direction}`;
    const before = ways.get(way) ?? [];
    ways.set(way, before);
    before.push(...packets);
  }
  return ways;
}

/** What arrives at the server unharmed and what it sends, in the order of its own clock. */
function serverSide(seen: readonly Seen[]): readonly { readonly one: Seen; readonly isArrival: boolean }[] {
  const moments = seen.flatMap((one) => {
    if (one.direction === 'down') return [{ one, isArrival: false, at: one.sentAt }];
    return one.arrivedAt === undefined || one.damaged ? [] : [{ one, isArrival: true, at: one.arrivedAt }];
  });
  return moments.sort((a, b) => a.at - b.at || Number(b.isArrival) - Number(a.isArrival));
}
