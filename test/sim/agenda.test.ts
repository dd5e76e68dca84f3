import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instant } from '../../src/core/base/time.ts';
import { Agenda } from '../../src/sim/agenda.ts';

describe('agenda', () => {
  test('everything happens, in order of time, and at one moment in the order in which it was put', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (times) => {
        const agenda = new Agenda();
        const happened: number[] = [];
        for (const [i, at] of times.entries()) agenda.put(instant(at), () => happened.push(i));
        while (agenda.size > 0) agenda.take()?.();
        const expected = times.map((at, i) => ({ at, i })).sort((a, b) => a.at - b.at || a.i - b.i);
        expect(happened).toEqual(expected.map(({ i }) => i));
      }),
    );
  });

  test('what is put while things happen takes its place', () => {
    const agenda = new Agenda();
    const happened: string[] = [];
    agenda.put(instant(1), () => {
      happened.push('first');
      agenda.put(instant(2), () => happened.push('second'));
    });
    agenda.put(instant(3), () => happened.push('third'));
    while (agenda.nextAt !== undefined) agenda.take()?.();
    expect(happened).toEqual(['first', 'second', 'third']);
    expect(agenda.take()).toBeUndefined();
  });
});
