import type { SeededRandom } from '../../src/sim/seeded-random.ts';

/** Inputs do not grow beyond this many bytes: long ones find nothing that short ones do not, and take longer. */
export const BYTES_MAX = 2048;

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

/** The most bytes that one mutation inserts: a border's 8, and `some` times four. */
const PIECE_BYTES_MAX = 128;

type Mutation = (mutant: Mutant, random: SeededRandom, others: readonly Uint8Array[]) => void;

const at = ({ length }: Mutant, random: SeededRandom): number => random.word() % (length + 1);
const some = (random: SeededRandom): number => 1 + (random.word() % (1 << (random.word() % 6)));
const border = (random: SeededRandom): number => BORDERS[random.word() % BORDERS.length]!;

/** What is done to an input, one thing at a time. */
const MUTATIONS: readonly Mutation[] = [
  function flipBit({ bytes, length }, random) {
    if (length > 0) bytes[random.word() % length]! ^= 1 << (random.word() & 7);
  },
  function setByte({ bytes, length }, random) {
    if (length > 0) bytes[random.word() % length] = random.word();
  },
  function nudgeByte({ bytes, length }, random) {
    if (length > 0) bytes[random.word() % length]! += (random.word() % 17) - 8;
  },
  function truncate(mutant, random) {
    mutant.length = at(mutant, random);
  },
  function remove(mutant, random) {
    mutant.splice(at(mutant, random), some(random), 0);
  },
  function insert(mutant, random) {
    const count = some(random);
    for (let i = 0; i < count; i++) mutant.piece[i] = random.word();
    mutant.splice(at(mutant, random), 0, count);
  },
  function repeat(mutant, random) {
    mutant.splice(at(mutant, random), 0, mutant.take(at(mutant, random), some(random)));
  },
  function manyOfOne(mutant, random) {
    const count = some(random) * 4;
    mutant.piece.fill(mutant.length > 0 ? mutant.bytes[random.word() % mutant.length]! : 0x81, 0, count);
    mutant.splice(at(mutant, random), 0, count);
  },
  function swap(mutant, random) {
    const from = at(mutant, random);
    const count = mutant.take(from, some(random));
    mutant.splice(from, count, 0);
    mutant.splice(at(mutant, random), 0, count);
  },
  function spliceWithOther(mutant, random, others) {
    const other = others[random.word() % others.length]!;
    const from = random.word() % (other.length + 1);
    const count = Math.min(some(random) * 2, other.length - from);
    for (let i = 0; i < count; i++) mutant.piece[i] = other[from + i]!;
    mutant.splice(at(mutant, random), some(random), count);
  },
  function lengthField(mutant, random) {
    mutant.overwrite(at(mutant, random), bigEndian(mutant.piece, border(random), 1 << (random.word() & 3)));
  },
  function varint(mutant, random) {
    const exponent = random.word() & 3;
    const count = bigEndian(mutant.piece, border(random), 1 << exponent);
    mutant.piece[0] = (mutant.piece[0]! & 0x3f) | (exponent << 6);
    mutant.overwrite(at(mutant, random), count);
  },
  function cborHead(mutant, random) {
    const size = random.word() & 3;
    const count = bigEndian(mutant.piece, border(random), 1 << size);
    mutant.piece.copyWithin(1, 0, count);
    mutant.piece[0] = ((random.word() & 7) << 5) | (24 + size);
    mutant.overwrite(at(mutant, random), count + 1);
  },
];

/** An input in the making. It is made in one buffer, over and over: a hundred million arrays are what a fuzzer has no time for. */
export class Mutant {
  readonly bytes: Uint8Array;
  length = 0;
  /** What the next `splice` or `overwrite` puts in. */
  readonly piece = new Uint8Array(PIECE_BYTES_MAX);

  /** @param bytes - where inputs are made; they are as long as this at most. */
  constructor(bytes: Uint8Array = new Uint8Array(BYTES_MAX)) {
    this.bytes = bytes;
  }

  /** Takes an input as it is, or as much of it as there is room for. */
  become(input: Uint8Array): void {
    this.length = Math.min(input.length, this.bytes.length);
    this.bytes.set(this.length < input.length ? input.subarray(0, this.length) : input);
  }

  /** Becomes one of `inputs`, changed by up to eight mutations, mostly few. */
  mutate(inputs: readonly Uint8Array[], random: SeededRandom): void {
    this.become(inputs[random.word() % inputs.length]!);
    const rounds = 1 + (random.word() % (1 << (random.word() & 3)));
    for (let i = 0; i < rounds; i++) MUTATIONS[random.word() % MUTATIONS.length]!(this, random, inputs);
  }

  /** Puts a copy of up to `count` bytes into `piece`; says how many there were. */
  take(from: number, count: number): number {
    const taken = Math.min(count, this.length - from);
    for (let i = 0; i < taken; i++) this.piece[i] = this.bytes[from + i]!;
    return taken;
  }

  /** Puts the first `inserted` bytes of `piece` in the place of up to `removed` bytes; what has no room is cut off at the end. */
  splice(start: number, removed: number, inserted: number): void {
    const end = Math.min(start + removed, this.length);
    const length = Math.min(this.length - (end - start) + inserted, this.bytes.length);
    if (end - start !== inserted) this.bytes.copyWithin(start + inserted, end, this.length);
    this.length = length;
    this.#put(start, inserted);
  }

  /** Puts the first `count` bytes of `piece` over what is there, and beyond the end if need be. */
  overwrite(start: number, count: number): void {
    this.length = Math.min(Math.max(this.length, start + count), this.bytes.length);
    this.#put(start, count);
  }

  #put(start: number, count: number): void {
    const end = Math.min(start + count, this.length);
    for (let i = start; i < end; i++) this.bytes[i] = this.piece[i - start]!;
  }
}

/** A new input made from one of `inputs`. */
export function mutate(inputs: readonly Uint8Array[], random: SeededRandom): Uint8Array {
  const mutant = new Mutant();
  mutant.mutate(inputs, random);
  return mutant.bytes.subarray(0, mutant.length);
}

/** Writes the lowest `length` bytes of a number that may be larger than they hold; gives `length`. */
function bigEndian(into: Uint8Array, value: number, length: number): number {
  let rest = value;
  for (let i = length - 1; i >= 0; i--) {
    into[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return length;
}
