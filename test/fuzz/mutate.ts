import type { SeededRandom } from '../../src/sim/seeded-random.ts';

/** Inputs do not grow beyond this many bytes: long ones find nothing that short ones do not, and take longer. */
const BYTES_MAX = 2048;

/** Values that stand at a border of some encoding: lengths, counts and offsets are fond of being wrong there. */
const BORDERS = [
  0,
  1,
  2,
  7,
  8,
  15,
  16,
  17,
  23,
  24,
  31,
  32,
  33,
  63,
  64,
  127,
  128,
  255,
  256,
  1199,
  1200,
  16_383,
  16_384,
  65_535,
  65_536,
  2 ** 30 - 1,
  2 ** 30,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 50,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 62 - 1,
  2 ** 64 - 1,
];

type Mutation = (bytes: number[], random: SeededRandom, others: readonly Uint8Array[]) => void;

const at = (bytes: readonly number[], random: SeededRandom): number => random.word() % (bytes.length + 1);
const some = (random: SeededRandom): number => 1 + (random.word() % (1 << (random.word() % 6)));
const border = (random: SeededRandom): number => BORDERS[random.word() % BORDERS.length]!;

/** What is done to an input, one thing at a time. */
const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const i = random.word() % (bytes.length || 1);
    if (i < bytes.length) bytes[i]! ^= 1 << (random.word() & 7);
  },
  function setByte(bytes, random) {
    if (bytes.length > 0) bytes[random.word() % bytes.length] = random.word() & 255;
  },
  function nudgeByte(bytes, random) {
    if (bytes.length === 0) return;
    const i = random.word() % bytes.length;
    bytes[i] = (bytes[i]! + (random.word() % 17) - 8) & 255;
  },
  function truncate(bytes, random) {
    bytes.length = at(bytes, random);
  },
  function remove(bytes, random) {
    bytes.splice(at(bytes, random), some(random));
  },
  function insert(bytes, random) {
    bytes.splice(at(bytes, random), 0, ...random.bytes(some(random)));
  },
  function repeat(bytes, random) {
    const from = at(bytes, random);
    bytes.splice(at(bytes, random), 0, ...bytes.slice(from, from + some(random)));
  },
  function manyOfOne(bytes, random) {
    bytes.splice(at(bytes, random), 0, ...new Array<number>(some(random) * 4).fill(bytes[at(bytes, random)] ?? 0x81));
  },
  function swap(bytes, random) {
    const [from, length] = [at(bytes, random), some(random)];
    bytes.splice(at(bytes, random), 0, ...bytes.splice(from, length));
  },
  function spliceWithOther(bytes, random, others) {
    const other = others[random.word() % others.length]!;
    const from = random.word() % (other.length + 1);
    bytes.splice(at(bytes, random), some(random), ...other.subarray(from, from + some(random) * 2));
  },
  function lengthField(bytes, random) {
    overwrite(bytes, at(bytes, random), bigEndian(border(random), 1 << (random.word() & 3)));
  },
  function varint(bytes, random) {
    const exponent = random.word() & 3;
    const field = bigEndian(border(random), 1 << exponent);
    field[0] = (field[0]! & 0x3f) | (exponent << 6);
    overwrite(bytes, at(bytes, random), field);
  },
  function cborHead(bytes, random) {
    const size = random.word() & 3;
    const head = ((random.word() & 7) << 5) | (24 + size);
    overwrite(bytes, at(bytes, random), [head, ...bigEndian(border(random), 1 << size)]);
  },
];

/** A new input made from one of `inputs` by up to eight mutations, mostly few. */
export function mutate(inputs: readonly Uint8Array[], random: SeededRandom): Uint8Array {
  const bytes = [...inputs[random.word() % inputs.length]!];
  const rounds = 1 + (random.word() % (1 << (random.word() & 3)));
  for (let i = 0; i < rounds; i++) MUTATIONS[random.word() % MUTATIONS.length]!(bytes, random, inputs);
  return Uint8Array.from(bytes.length > BYTES_MAX ? bytes.slice(0, BYTES_MAX) : bytes);
}

function overwrite(bytes: number[], start: number, field: readonly number[]): void {
  bytes.splice(start, field.length, ...field);
}

/** The lowest `length` bytes of a number that may be larger than they hold. */
function bigEndian(value: number, length: number): number[] {
  return Array.from({ length }, (_, i) => Math.floor(value / 2 ** (8 * (length - 1 - i))) % 256);
}
