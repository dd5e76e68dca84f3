import { describe, expect, test } from 'vitest';
import { remembered, rememberedWhileHeld } from '../../src/host/remembered.ts';

/** Counts how often something is made, and from what. */
function counting() {
  const made: number[] = [];
  return { made, make: (bytes: Uint8Array) => ({ of: made.push(bytes[0]!) && bytes[0]! }) };
}

describe('remembered by the bytes', () => {
  test('what was made once is not made again, from equal bytes in another array', () => {
    const { made, make } = counting();
    const of = remembered(4, make);
    expect(of(Uint8Array.of(1))).toBe(of(Uint8Array.of(1)));
    expect(of(new Uint8Array([0, 1]).subarray(1))).toBe(of(Uint8Array.of(1)));
    expect(made).toEqual([1]);
  });

  test('false is a result like any other', () => {
    let calls = 0;
    const of = remembered(4, () => {
      calls++;
      return false;
    });
    expect([of(Uint8Array.of(1)), of(Uint8Array.of(1)), calls]).toEqual([false, false, 1]);
  });

  test('a stranger who brings ever new ones makes it forget, but not what is in use', () => {
    const { made, make } = counting();
    const of = remembered(4, make);
    for (let i = 1; i < 250; i++) {
      of(Uint8Array.of(0));
      of(Uint8Array.of(i));
    }
    expect(made.filter((one) => one === 0)).toHaveLength(1);
    of(Uint8Array.of(1));
    expect(made.filter((one) => one === 1)).toHaveLength(2);
  });
});

describe('remembered while held', () => {
  test('the same array is made once, an equal one on its own', () => {
    const { made, make } = counting();
    const of = rememberedWhileHeld(make);
    const secret = Uint8Array.of(1);
    expect(of(secret)).toBe(of(secret));
    expect(of(secret.slice())).not.toBe(of(secret));
    expect(made).toEqual([1, 1]);
  });
});
