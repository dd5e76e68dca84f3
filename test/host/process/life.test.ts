import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Life } from '../../../src/host/process/life.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const MINUTE = 60_000;

function life(options: { stays?: boolean } = {}): { life: Life; ends: string[] } {
  const ends: string[] = [];
  return { life: new Life({ ...options, end: (why) => ends.push(why) }), ends };
}

describe('the life of a node', () => {
  test('it ends when its last screen says goodbye, not before', () => {
    const { life: node, ends } = life();
    const [a, b] = [{}, {}];
    node.attached(a);
    node.attached(b);
    node.goodbye(a);
    expect(ends).toEqual([]);
    node.goodbye(b);
    expect(ends).toEqual(['the last screen left']);
  });

  test('the line of a screen that said goodbye may close after it', () => {
    const { life: node, ends } = life();
    const a = {};
    node.attached(a);
    node.attached({});
    node.goodbye(a);
    node.vanished(a);
    vi.advanceTimersByTime(20 * MINUTE);
    expect(ends).toEqual([]);
  });

  test('when its last screen vanishes it waits 10 minutes for another', () => {
    const { life: node, ends } = life();
    const a = {};
    node.attached(a);
    node.vanished(a);
    vi.advanceTimersByTime(10 * MINUTE - 1);
    expect(ends).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(ends).toEqual(['no screen came back']);
  });

  test('a screen that comes in time ends the wait', () => {
    const { life: node, ends } = life();
    const a = {};
    node.attached(a);
    node.vanished(a);
    vi.advanceTimersByTime(9 * MINUTE);
    node.attached({});
    vi.advanceTimersByTime(20 * MINUTE);
    expect(ends).toEqual([]);
  });

  test('it waits as long for the first screen', () => {
    const { ends } = life();
    vi.advanceTimersByTime(10 * MINUTE);
    expect(ends).toEqual(['no screen came']);
  });

  test('while another screen is there nothing ends it', () => {
    const { life: node, ends } = life();
    const a = {};
    node.attached({});
    node.attached(a);
    node.vanished(a);
    vi.advanceTimersByTime(20 * MINUTE);
    expect(ends).toEqual([]);
  });

  test('told to stay, it stays until it is told to stop', () => {
    const { life: node, ends } = life();
    const a = {};
    node.attached(a);
    node.stay();
    node.goodbye(a);
    vi.advanceTimersByTime(20 * MINUTE);
    expect(ends).toEqual([]);
    expect(node.stays).toBe(true);
    node.stop();
    expect(ends).toEqual(['it was told to stop']);
  });

  test('told to stay while it waits, it waits no more', () => {
    const { life: node, ends } = life();
    const a = {};
    node.attached(a);
    node.vanished(a);
    node.stay();
    vi.advanceTimersByTime(20 * MINUTE);
    expect(ends).toEqual([]);
  });
});
