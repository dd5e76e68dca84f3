import { describe, expect, test } from 'vitest';
import { nodeSuite } from '../../../src/host/node-suite.ts';
import { paperSuite } from '../../../src/sim/paper-suite.ts';
import { draw } from '../../../src/sim/report/draw.ts';
import { htmlReport } from '../../../src/sim/report/html.ts';
import { arrange } from '../../../src/sim/report/layout.ts';
import { deliveredShare, jsonReport, reportOf } from '../../../src/sim/report/report.ts';
import { lineReport, textReport } from '../../../src/sim/report/text.ts';
import { bytes, duration, number, percent } from '../../../src/sim/report/words.ts';
import { brokenRing } from '../../../src/sim/scenarios/ring.ts';
import { SeededRandom } from '../../../src/sim/seeded-random.ts';
import { Simulation } from '../../../src/sim/simulation.ts';

const plan = brokenRing.plan(new SeededRandom(1), 0);
const report = reportOf(plan, 1, new Simulation(plan, { seed: 1, suite: paperSuite, hash: nodeSuite.hash }).run());
const failed = { ...report, held: false, failure: { check: 'delivery', what: '<gone>', atMs: 1_500 } };

describe('a report', () => {
  test('counts what came, how long it took, and what was done to the net', () => {
    const { letters, converged, injected, traffic, journey } = report.measured;
    expect(letters).toMatchObject({ accepted: 4, due: 4, arrived: 4, confirmed: 4, givenUp: 0 });
    expect(deliveredShare(report)).toBe(1);
    expect(letters.within.at(-1)).toBe(4);
    expect(letters.latencyMs?.p50).toBeGreaterThan(0);
    expect(letters.latencyMs?.max).toBeGreaterThan(letters.latencyMs!.p50);
    expect(injected).toMatchObject({ cuts: 1, crashes: 0 });
    expect(injected.cut).toBeGreaterThan(0);
    expect(traffic.bytesPerArrival).toBe(Math.round(traffic.bytes / 4));
    expect(journey?.way).toEqual([0, 1, 2, 3, 4, 5]);
    expect(journey?.steps.map(({ from }) => from)).toEqual([undefined, 0, 1, 2, 3, 4]);
    // A cut is noticed after seconds, not at once: what nobody has noticed is no way.
    expect(converged.afterMs?.max).toBeGreaterThanOrEqual(5_000);
  });

  test('tells letters that were due from those that came to somebody who has left, and one number as one', () => {
    const letters = { ...report.measured.letters, accepted: 47, confirmed: 47, due: 40, arrived: 40 };
    const text = textReport({ ...report, measured: { ...report.measured, letters } }, plan).join('\n');
    expect(text).toContain('letters    47, 40 of 40 that were due came; of all, 47 confirmed, 0 given up and told so');
    expect(text).toMatch(/, 5 destinations,/);
  });

  test('in words says all of it, and in one line the most', () => {
    const text = textReport(report, plan).join('\n');
    for (const row of [
      'net',
      'weather',
      'delivered',
      'letters',
      'copies',
      'traffic',
      'ways',
      'memory',
      'injected',
      'digest',
    ]) {
      expect(text).toMatch(new RegExp(`^  ${row} +\\S`, 'm'));
    }
    expect(lineReport(report).join()).toContain('4 of 4 letters');
    expect(textReport(failed, plan).at(-1)).toBe('  FAILED delivery at 1.500 s: <gone>');
  });

  test('as JSON is an array that a program can read back', () => {
    expect(JSON.parse(jsonReport([report]))).toEqual([JSON.parse(JSON.stringify(report))]);
  });

  test('as HTML needs nothing from elsewhere, and takes no text for a tag', () => {
    const page = htmlReport([
      { plan, report },
      { plan, report: failed },
    ]);
    expect(page).not.toMatch(/<script|https?:|src=|@import|url\(/);
    expect(page).toContain('&lt;gone&gt;');
    expect(page.match(/<section /g)?.length).toBe(2);
    expect(page.match(/<circle /g)?.length).toBe(2 * 6);
    expect(page.match(/class="way"/g)?.length).toBe(2 * 5);
  });
});

describe('the drawing', () => {
  test('has every node, marks those on the way, and tells it', () => {
    const lines = draw(plan, report.measured.journey, { columns: 80, ascii: false });
    for (const node of [0, 1, 2, 3, 4, 5]) expect(lines.join('\n')).toContain(`[${node}]`);
    expect(lines.join('\n')).toContain('over 5 links: 0 → 1 → 2 → 3 → 4 → 5');
  });

  for (const columns of [20, 40, 80, 300]) {
    test(`fits ${columns} columns, or the least that is drawn`, () => {
      const lines = draw(plan, undefined, { columns, ascii: true });
      const widest = Math.max(...lines.map((line) => line.length));
      expect(widest).toBeLessThanOrEqual(Math.min(160, Math.max(40, columns)));
    });
  }

  test('without UTF-8 it is ASCII', () => {
    const lines = draw(plan, report.measured.journey, { columns: 80, ascii: true }).join('\n');
    expect([...lines].every((sign) => sign === '\n' || (sign >= ' ' && sign <= '~'))).toBe(true);
  });

  test('a net too large for a terminal is not drawn there', () => {
    const large = { ...plan, clockOffsetsMs: new Array(400).fill(0) };
    expect(draw(large, undefined, { columns: 80, ascii: true })).toEqual([
      '400 nodes are too many to be drawn here: --report html draws them',
    ]);
  });

  test('neighbours are nearer to each other than others', () => {
    const places = arrange(plan);
    const apart = (a: number, b: number) => Math.hypot(places[a]!.x - places[b]!.x, places[a]!.y - places[b]!.y);
    expect(apart(0, 1)).toBeLessThan(apart(0, 3));
    for (const { x, y } of places) expect(Math.min(x, y, 1 - x, 1 - y)).toBeGreaterThanOrEqual(0);
  });
});

describe('figures in words', () => {
  test('times, sizes, shares', () => {
    expect([12, 3_400, 65_000, 3_600_000, 190 * 60_000, 3 * 86_400_000].map(duration)).toEqual([
      '12 ms',
      '3.4 s',
      '1 min 5 s',
      '1 h',
      '3 h 10 min',
      '3 days',
    ]);
    expect([512, 12_345, 4_500_000].map(bytes)).toEqual(['512 B', '12.3 kB', '4.5 MB']);
    expect([number(1_234_567), number(1_234.56, 1)]).toEqual(['1,234,567', '1,234.6']);
  });

  test('what is not quite all never looks like all', () => {
    expect([1, 0.999999, 0.5, 0].map(percent)).toEqual(['100 %', '99.99 %', '50 %', '0 %']);
  });
});
