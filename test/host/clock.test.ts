import { describe, expect, test } from 'vitest';
import { SystemClock } from '../../src/host/clock.ts';

/** A machine whose times are set by hand. `uptime` has the resolution of the coarsest system. */
class Machine {
  awakeMs = 1000;
  calendarMs = 1_700_000_000_000;
  uptimeMs = 50_000;
  readonly clock: SystemClock;

  constructor() {
    this.clock = new SystemClock({
      awakeMs: () => this.awakeMs,
      calendarMs: () => this.calendarMs,
      uptimeSeconds: () => Math.floor(this.uptimeMs / 1000),
    });
  }

  run(ms: number): void {
    this.awakeMs += ms;
    this.sleep(ms);
  }

  sleep(ms: number): void {
    this.calendarMs += ms;
    this.uptimeMs += ms;
  }
}

describe('the monotonic clock', () => {
  test('counts the time that the machine slept', () => {
    const machine = new Machine();
    const before = machine.clock.now();
    machine.run(500);
    machine.sleep(8 * 3600_000);
    machine.run(500);
    const slept = machine.clock.now() - before - 1000;
    expect(Math.abs(slept - 8 * 3600_000)).toBeLessThanOrEqual(1000);
  });

  test('does not move with the calendar, which may jump by years either way', () => {
    const machine = new Machine();
    const before = machine.clock.now();
    for (const years of [10, -20, 10]) {
      machine.calendarMs += years * 365 * 86_400_000;
      machine.run(100);
      machine.clock.now();
    }
    expect(machine.clock.now() - before).toBe(300);
    expect(machine.clock.calendar()).toBe(1_700_000_000_300);
  });

  test('never runs backwards over many naps', () => {
    const machine = new Machine();
    let last = machine.clock.now();
    for (let i = 0; i < 200; i++) {
      machine.run(i % 3);
      if (i % 5 === 0) machine.sleep(i * 777);
      if (i % 7 === 0) machine.calendarMs -= 5000;
      const now = machine.clock.now();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  test('on this machine advances with performance.now()', () => {
    const clock = new SystemClock();
    const [from, started] = [clock.now(), performance.now()];
    while (performance.now() < started + 5);
    expect(clock.now() - from).toBeGreaterThanOrEqual(4.9);
  });
});
