import { describe, expect, test } from 'vitest';
import { ENCOUNTERS_EACH_MAX, ENCOUNTERS_MAX } from '../../../src/core/base/limits.ts';
import { instant } from '../../../src/core/base/time.ts';
import type { NodeId } from '../../../src/core/crypto/node-id.ts';
import { Encounters } from '../../../src/core/mesh/encounters.ts';

const id = (name: string) => name as NodeId;
const [ann, bob, carol] = [id('ann'), id('bob'), id('carol')];

describe('who was last in contact with whom', () => {
  test('is who leads there now, then who did last', () => {
    const encounters = new Encounters();
    encounters.leads(carol, ann, instant(10));
    encounters.leads(carol, bob, instant(20));
    encounters.leads(carol, undefined, instant(30));
    const last = (via: NodeId, now = 100) => encounters.last(carol, via, instant(now));
    expect([last(ann), last(bob), last(carol)]).toEqual([20, 30, undefined]);
    encounters.leads(carol, ann, instant(100));
    expect(last(ann, 200)).toBe(200);
  });

  test('is a node itself, when it was a neighbour', () => {
    const encounters = new Encounters();
    encounters.leads(carol, carol, instant(10));
    expect(encounters.met(carol, instant(15))).toBe(15);
    encounters.leads(carol, bob, instant(20));
    expect(encounters.met(carol, instant(100))).toBe(20);
    expect(encounters.met(bob, instant(100))).toBeUndefined();
  });

  test('is remembered of the newest only', () => {
    const encounters = new Encounters();
    for (let n = 0; n <= ENCOUNTERS_MAX; n++) {
      encounters.leads(id(`node ${n}`), ann, instant(n));
      encounters.leads(id(`node ${n}`), undefined, instant(n));
    }
    expect(encounters.last(id('node 0'), ann, instant(9e9))).toBeUndefined();
    expect(encounters.last(id('node 1'), ann, instant(9e9))).toBe(1);
    for (let n = 0; n <= ENCOUNTERS_EACH_MAX; n++) encounters.leads(bob, id(`via ${n}`), instant(n));
    encounters.leads(bob, undefined, instant(100));
    expect(encounters.last(bob, id('via 0'), instant(9e9))).toBeUndefined();
    expect(encounters.last(bob, id('via 1'), instant(9e9))).toBe(2);
  });
});
