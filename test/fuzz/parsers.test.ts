import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hex } from '../../src/core/bytes/hex.ts';
import { savedInputs } from './corpus.ts';
import { fuzz, judge } from './fuzz.ts';
import { PARSERS } from './parsers.ts';

/** A few thousand inputs for each, other ones each day; `npm run fuzz` tries a million. */
const RUNS = 2000;
const SEED = process.env.FUZZ_SEED ?? new Date().toISOString().slice(0, 10);

const byName = new Map(PARSERS.map((one) => [one.name, one]));

describe(`fuzzing, FUZZ_SEED=${SEED}`, () => {
  for (const one of PARSERS) {
    test(`${one.name}: any bytes are read, or refused as they should be`, () => {
      const { findings, accepted } = fuzz(one, { seed: SEED, runs: RUNS });
      expect(findings.map(({ what, input }) => `${what}: ${hex(input)}`)).toEqual([]);
      // Its seeds are good, so the fuzzer comes further than the first check.
      expect(accepted).toBeGreaterThanOrEqual(one.seeds().length);
    });
  }

  test('the same seed tries the same inputs', () => {
    const tried = () => {
      const inputs: string[] = [];
      fuzz(byName.get('decodeFrames')!, { seed: 'x', runs: 200, before: (input) => inputs.push(hex(input)) });
      return inputs;
    };
    expect(tried()).toEqual(tried());
  });

  test('a parser that throws, that changes its input or that writes something else is found out', () => {
    const seeds = () => [Uint8Array.of(1, 2, 3)];
    const broken = {
      throws: { name: 'throws', parse: (bytes: Uint8Array) => bytes[0] === 1 && bytes.at(9)!.toFixed(), seeds },
      changes: { name: 'changes', parse: (bytes: Uint8Array) => bytes.fill(0), seeds },
      differs: { name: 'differs', parse: () => 1, write: () => new Uint8Array(1), gives: 'same bytes' as const, seeds },
    };
    for (const one of Object.values(broken)) {
      expect(fuzz(one, { seed: 'x', runs: 100 }).findings.length, one.name).toBeGreaterThan(0);
    }
  });
});

describe('a parser that is slow', () => {
  test('is found out by its own time', () => {
    const busy = (): undefined => {
      for (const end = performance.now() + 4; performance.now() < end; );
    };
    const { findings } = fuzz({ name: 'slow', parse: busy, seeds: () => [Uint8Array.of(1)] }, { seed: 'x', runs: 1 });
    expect(findings.map(({ what }) => what)).toEqual(['was slow']);
  });
});

describe('inputs that are kept: once taken wrongly, or of a kind that others took wrongly', () => {
  for (const { parser, file, input } of savedInputs()) {
    test(`${parser}: ${file}`, () => {
      const one = byName.get(parser);
      expect(one, 'the parser is still there').toBeDefined();
      expect(judge(one!, input)).toBeUndefined();
    });
  }
});

describe('the table', () => {
  test('has every parser of src/core/bytes and src/core/wire', () => {
    const missing = ['bytes', 'wire'].flatMap((folder) => {
      const files = new URL(`../../src/core/${folder}/`, import.meta.url);
      return readdirSync(files).flatMap(
        (file) =>
          [
            ...readFileSync(new URL(file, files), 'utf8').matchAll(
              /^export (?:function|const) ((?:decode|parse|read|from)[A-Z]\w*)/gm,
            ),
          ]
            .map((match) => match[1]!)
            .filter((name) => !byName.has(name) && name !== 'decodePacketNumber'), // Takes numbers, not bytes.
      );
    });
    expect(missing).toEqual([]);
    expect(byName.size).toBe(PARSERS.length);
  });
});
