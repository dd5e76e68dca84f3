import { SeededRandom } from '../../src/sim/seeded-random.ts';
import type { Ledger } from './ledger.ts';
import { type Operation, Walker, type WalkReport } from './walk.ts';

type End = NonNullable<ReturnType<Walker['end']>>;

/** How often each thing is done, and what it is. */
const OPERATIONS: readonly (readonly [number, Operation])[] = [
  [
    6,
    function dial(walker, random) {
      const early = Array.from({ length: random.word() % 4 }, () => 4 + (random.word() % 700));
      walker.dial(walker.side(random), early);
    },
  ],
  [
    10,
    function open(walker, random) {
      const end = walker.end(random);
      end?.ledger.open(end.connection, random.word() % 2 === 0 ? 'bidirectional' : 'unidirectional');
    },
  ],
  [20, onStream((ledger, connection, stream, random) => ledger.write(connection, stream, 1 + size(random)))],
  [
    3,
    // More than the windows hold: limits have to rise for it, and the reader has to keep up.
    onStream((ledger, connection, stream, random, walker) => {
      for (let piece = 0; piece < 8; piece++) {
        ledger.write(connection, stream, 1 + (random.word() % 250_000));
        walker.drive(1 + (random.word() % 60));
        walker.readAll();
      }
    }),
  ],
  [12, onStream((ledger, connection, stream) => ledger.finish(connection, stream))],
  [3, onStream((ledger, connection, stream, random) => ledger.reset(connection, stream, random.word() % 100))],
  [3, onStream((ledger, connection, stream, random) => ledger.stop(connection, stream, random.word() % 100))],
  [
    8,
    onEnd(({ ledger, connection }, _, random) => {
      for (let count = random.word() % 8; count >= 0; count--) ledger.datagram(connection, random.word() % 1_600);
    }),
  ],
  [4, onStream((_, connection, stream, random) => connection.setPriority(stream, (random.word() % 15) - 7))],
  [2, onEnd(({ connection }, walker) => walker.updateKeys(connection))],
  [2, (walker, random) => walker.networkChanged(walker.side(random))],
  [1, (walker, random) => walker.datagramRefused(walker.side(random), 600 + (random.word() % 1_000))],
  [1, onEnd(({ connection }, walker, random) => walker.offer(connection, random))],
  [1, onEnd(({ connection }, walker) => walker.finishAndClose(connection))],
  [
    20,
    function readAll(walker, random) {
      const end = walker.end(random);
      for (const stream of end?.ledger.streams ?? []) end!.ledger.read(end!.connection, stream);
    },
  ],
  [30, (walker, random) => walker.drive(1 + (random.word() % 100))],
  [4, (walker, random) => walker.drive(random.word() % 3_000)],
  [1, (walker, random) => walker.drive(random.word() % 90_000)],
  [
    6,
    (walker, random) => {
      const share = (): number => (random.word() % 3 === 0 ? (random.word() % 40) / 100 : 0);
      const [latencyMs, jitterMs] = [random.word() % 100, random.word() % 3 === 0 ? random.word() % 100 : 0];
      walker.weather({ latencyMs, jitterMs, loss: share(), duplicate: share(), corrupt: share() });
    },
  ],
  [2, (walker) => walker.cut()],
  [1, (walker, random) => walker.rebind(walker.side(random))],
  [1, (walker, random) => walker.restart(walker.side(random))],
  [1, onEnd(({ connection }, walker, random) => walker.close(connection, random))],
  [8, (walker, random) => walker.replay(random, false)],
  [8, (walker, random) => walker.replay(random, true)],
  [4, (walker, random) => walker.garbage(random)],
  [8, (walker, random) => walker.hostility(random)],
];

/** Each operation as often as it weighs. */
const LOTS = OPERATIONS.flatMap(([weight, operation]) => new Array<Operation>(weight).fill(operation));

/** Steps of one walk. */
const STEPS = 250;

/** A walk that went wrong: why, and how to walk there again. */
export type WalkFinding = { readonly what: string; readonly seed: string; readonly steps: readonly number[] };

/** Does these steps of a seed. Each step has its own chance: without one, the others stay what they are. */
export function walk(seed: string, steps: Iterable<number> = ALL_STEPS): WalkReport {
  const walker = new Walker(seed);
  for (const step of steps) {
    const random = new SeededRandom(`${seed} ${step}`);
    walker.step(LOTS[random.word() % LOTS.length]!, random);
  }
  walker.finish();
  return walker.report;
}

/**
 * Walks all steps of a seed; of what goes wrong, finds the few steps that are needed for it.
 *
 * @param before - called before each walk over fewer steps.
 */
export function tryWalk(seed: string, before: () => void = () => {}): WalkReport | WalkFinding {
  try {
    return walk(seed);
  } catch (error) {
    const what = wording(error);
    const steps = shrink(ALL_STEPS, (fewer) => {
      before();
      try {
        walk(seed, fewer);
        return false;
      } catch (again) {
        return wording(again) === what;
      }
    });
    return { what: String(error), seed, steps };
  }
}

/** Numbers change with the steps that are left out. */
const wording = (error: unknown): string => String(error).replace(/\d+/g, '…');

const ALL_STEPS = Array.from({ length: STEPS }, (_, step) => step);

/** Fewer of `steps` that still fail: halves, then quarters and so on are left out as long as it fails without them. */
function shrink(steps: readonly number[], fails: (steps: readonly number[]) => boolean): readonly number[] {
  let kept = steps;
  for (let size = steps.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < kept.length; ) {
      const fewer = kept.toSpliced(at, size);
      if (fails(fewer)) kept = fewer;
      else at += size;
    }
  }
  return kept;
}

/** Something that is done with an end of a connection, if there is one. */
function onEnd(act: (end: End, walker: Walker, random: SeededRandom) => void): Operation {
  return (walker, random) => {
    const end = walker.end(random);
    if (end) act(end, walker, random);
  };
}

function onStream(
  act: (
    ledger: Ledger,
    connection: Parameters<Ledger['write']>[0],
    stream: Parameters<Ledger['write']>[1],
    random: SeededRandom,
    walker: Walker,
  ) => void,
): Operation {
  return (walker, random) => {
    const end = walker.end(random);
    const streams = end?.ledger.streams ?? [];
    const stream = streams[random.word() % (streams.length || 1)];
    if (end && stream !== undefined) act(end.ledger, end.connection, stream, random, walker);
  };
}

/** Mostly small, at times more than any window. */
const size = (random: SeededRandom): number => random.word() % (1 << (random.word() % 19));
