import { describe, expect, test } from 'vitest';
import { type DeliveryState, supersedes } from '../../../src/core/chat/delivery.ts';

const WAY: readonly DeliveryState[] = ['queued', 'carried', 'sent', 'delivered', 'read'];
const ENDS: readonly DeliveryState[] = ['expired', 'refused'];

describe('§4.3 delivery states', () => {
  test('a state never goes back, and a receipt outranks what we gave up on', () => {
    WAY.forEach((state, at) => {
      WAY.forEach((next, nextAt) => {
        expect(supersedes(next, state)).toBe(nextAt > at);
      });
    });
    for (const end of ENDS) {
      for (const before of ['queued', 'carried', 'sent'] as const) {
        expect(supersedes(end, before)).toBe(true);
        expect(supersedes(before, end)).toBe(false);
      }
      for (const receipt of ['delivered', 'read'] as const) {
        expect(supersedes(receipt, end)).toBe(true);
        expect(supersedes(end, receipt)).toBe(false);
      }
    }
  });

  test('the first end stays', () => {
    expect(supersedes('refused', 'expired')).toBe(false);
    expect(supersedes('expired', 'refused')).toBe(false);
  });

  test('the same evidence twice is no news', () => {
    for (const state of [...WAY, ...ENDS]) expect(supersedes(state, state)).toBe(false);
  });
});
