import { describe, expect, test } from 'vitest';
import { SCENARIOS } from './scenarios.ts';
import { runVirtual } from './virtual.ts';

describe('the interop scenarios, in virtual time', () => {
  test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    expect(runVirtual(scenario, 1).problems).toEqual([]);
  });
});
