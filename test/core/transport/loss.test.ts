import { describe, expect, test } from 'vitest';
import { type Instant, instant } from '../../../src/core/base/time.ts';
import { Flight } from '../../../src/core/transport/flight.ts';
import { Loss } from '../../../src/core/transport/loss.ts';
import { Mtu } from '../../../src/core/transport/mtu.ts';
import { NewReno } from '../../../src/core/transport/new-reno.ts';
import { PacketNumbers } from '../../../src/core/transport/packet-numbers.ts';
import { Rtt } from '../../../src/core/transport/rtt.ts';
import { seeded } from '../../support/pair.ts';

/** A sender that notes what became of its packets. */
function sender() {
  const congestion = new NewReno(1_200);
  const path = { flight: new Flight(congestion, 1_200), mtu: new Mtu({ ceiling: 1_200 }) };
  const loss = new Loss(path, seeded(4), () => 25);
  const acked: number[] = [];
  const lost: number[] = [];
  const owner = { acked: (n: number) => void acked.push(n), lost: (n: number) => void lost.push(n) };
  const send = (at: number): number => {
    const number = loss.numbers.next;
    const frames = [{ owner, note: number } as never];
    loss.sent({ number, bytes: 1_200, sentAt: instant(at), frames, path, aside: undefined }, true);
    return number;
  };
  const ack = (at: number, ...numbers: number[]): boolean =>
    loss.ack(
      numbers.toSorted((a, b) => b - a).map((n) => ({ start: n, end: n + 1 })),
      0,
      instant(at),
    );
  return { congestion, path, loss, acked, lost, send, ack };
}

describe('RFC 9002 §5: round-trip time', () => {
  test('the first sample is taken whole, later ones by an eighth, less the peer’s delay', () => {
    const rtt = new Rtt();
    expect(rtt.measuredMs).toBeUndefined();
    rtt.sample(100, 0);
    expect([rtt.measuredMs, rtt.probeMs]).toEqual([100, 300]);
    rtt.sample(180, 20);
    // 0.875 × 100 + 0.125 × 160; variation 0.75 × 50 + 0.25 × 60.
    expect(rtt.measuredMs).toBe(107.5);
    expect(rtt.probeMs).toBe(107.5 + 4 * 52.5);
    // A delay that would make it shorter than the shortest is not believed (§5.3).
    rtt.sample(100, 20);
    expect(rtt.measuredMs).toBeCloseTo(106.56, 1);
  });
});

describe('RFC 9002 §6: what is lost', () => {
  test('what three later packets overtook is lost, what two overtook is not', () => {
    const { loss, lost, acked, send, ack } = sender();
    const [a, b, , , e] = [0, 0, 0, 0, 0].map(() => send(0));
    ack(50, e!);
    expect(lost).toEqual([a, b]);
    expect(acked).toEqual([e]);
    expect(loss.acknowledged).toBe(e);
  });

  test('what was sent 9/8 of a round trip before something acknowledged is lost, when the time has come', () => {
    const { loss, lost, send, ack } = sender();
    const [a, b] = [send(0), send(10)];
    ack(110, b);
    expect(lost).toEqual([]);
    expect(loss.deadline()).toBe(112.5);
    loss.elapse(instant(112));
    expect(lost).toEqual([]);
    loss.elapse(instant(112.5));
    expect(lost).toEqual([a]);
    expect(loss.deadline()).toBeUndefined();
  });

  test('an ACK of thousands of ranges, by which a thousand packets are lost, is looked through a few times, not for each of them', () => {
    const { lost, loss, send, ack } = sender();
    ack(10, send(0));
    const early = Array.from({ length: 8_000 }, () => send(20));
    ack(30, ...early.slice(0, 7_000));
    let looks = 0;
    const again = early.slice(0, 6_000).filter((_, i) => i % 2 === 0);
    const ranges = [...again, send(40)].reverse().map((number) => ({
      end: number + 1,
      get start() {
        looks++;
        return number;
      },
    }));
    loss.ack(ranges, 0, instant(50));
    expect(lost).toHaveLength(1_000);
    expect(looks).toBeGreaterThan(0);
    expect(looks).toBeLessThan(20 * (ranges.length + lost.length));
  });

  test('a question that goes another way, when nothing else is under way, is not overdue as it is sent', () => {
    const { loss, send, ack } = sender();
    ack(100, send(0));
    const beside = { flight: new Flight(new NewReno(1_200), 1_200), mtu: new Mtu({ ceiling: 1_200 }) };
    const number = loss.numbers.next;
    loss.sent({ number, bytes: 1_200, sentAt: instant(9_000), frames: [], path: beside, aside: 'path' }, true);
    expect(loss.deadline()).toBeGreaterThan(9_000);
  });

  test('a question to another way is none of the packets that a probe timeout allows on this one', () => {
    const { loss, path, send } = sender();
    const ask = (aside: 'path' | 'mtu'): void =>
      loss.sent({ number: loss.numbers.next, bytes: 1_200, sentAt: instant(2_000), frames: [], path, aside }, true);
    send(0);
    loss.elapse(loss.deadline()!);
    expect(loss.probes).toBe(2);
    ask('path');
    ask('mtu');
    expect(loss.probes).toBe(2);
    send(2_000);
    expect(loss.probes).toBe(1);
  });

  test('before any ACK it probes after 1 s, then every 2 s: a server forgets who is silent for 10 s', () => {
    const { loss, send } = sender();
    send(0);
    const at: number[] = [];
    for (let i = 0; i < 5; i++) {
      at.push(Math.round(loss.deadline()!));
      loss.elapse(loss.deadline()!);
    }
    expect(at).toEqual([1_024, 3_024, 5_024, 7_024, 9_024]);
  });

  test('without an ACK it probes: after three round trips at first, then twice as long each time, never longer than 8 s', () => {
    const { loss, path, lost, send, ack } = sender();
    ack(333, send(0));
    const number = send(333);
    const waits: number[] = [];
    let now = 333;
    for (let i = 0; i < 6; i++) {
      const at: Instant = loss.deadline()!;
      waits.push(Math.round(at - now));
      now = at;
      loss.elapse(at);
      expect(loss.probes).toBe(2);
    }
    expect(waits).toEqual([1_024, 2_048, 4_096, 8_000, 8_000, 8_000]);
    expect(lost).toEqual([number, number, number, number, number, number]);
    expect(path.flight.hasRoom(12_000)).toBe(false);
  });
});

describe('RFC 9002 §7: NewReno', () => {
  test('nothing heard for three probe timeouts: the window collapses (§7.6)', () => {
    const { congestion, send, ack } = sender();
    ack(100, send(0));
    for (let at = 200; at <= 3_000; at += 100) send(at);
    ack(3_200, send(3_100));
    expect(congestion.windowBytes).toBe(2_400);
  });

  test('but not when something came through in between', () => {
    const { congestion, send, ack } = sender();
    ack(100, send(0));
    const sent = [];
    for (let at = 200; at <= 3_000; at += 100) sent.push(send(at));
    ack(3_200, send(3_100), sent[7]!, sent[14]!, sent[21]!);
    expect(congestion.windowBytes).toBeGreaterThan(2_400);
  });
});

describe('loss that was none', () => {
  /** Six packets of which the first is overtaken by all others. */
  function overtaken() {
    const one = sender();
    const [late, ...others] = [0, 1, 2, 3, 4, 5].map((at) => one.send(at));
    const before = one.congestion.windowBytes;
    one.ack(50, ...others);
    return { ...one, late: late!, before };
  }

  test('what arrives after all is acknowledged to its owner, and the answer to its loss is taken back', () => {
    const { congestion, acked, lost, ack, late, before } = overtaken();
    expect(lost).toEqual([late]);
    const reduced = congestion.windowBytes;
    ack(60, late);
    expect(acked).toContain(late);
    expect(reduced).toBeLessThan(before);
    expect(congestion.windowBytes).toBeGreaterThanOrEqual(before);
  });

  test('as long as one of them stays lost, nothing is taken back', () => {
    const { congestion, lost, send, ack } = sender();
    const [a, b, ...others] = [0, 1, 2, 3, 4, 5].map((at) => send(at));
    ack(50, ...others);
    expect(lost).toEqual([a, b]);
    const reduced = congestion.windowBytes;
    ack(60, b!);
    expect(congestion.windowBytes).toBe(reduced);
  });

  test('from then on packets are not counted on this way: time decides', () => {
    const { loss, lost, send, ack, late } = overtaken();
    ack(60, late);
    const next = [100, 101, 102, 103, 104, 105].map((at) => send(at));
    ack(150, ...next.slice(1));
    expect(lost).toEqual([late]);
    expect(loss.deadline()).toBeGreaterThan(150);
    loss.elapse(loss.deadline()!);
    expect(lost).toEqual([late, next[0]]);
  });

  test('on another way it begins again', () => {
    const { loss, path, lost, send, ack, late } = overtaken();
    ack(60, late);
    loss.moved({ ...path }, instant(60));
    const next = [100, 101, 102, 103, 104, 105].map((at) => send(at));
    ack(150, ...next.slice(1));
    expect(lost).toEqual([late, next[0]]);
  });

  test('what is lost on a path beside says nothing of congestion, though the port alone is another and both share a window', () => {
    const { congestion, loss, path, send, ack } = sender();
    const beside = { ...path };
    const number = loss.numbers.next;
    loss.sent({ number, bytes: 1_200, sentAt: instant(0), frames: [], path: beside, aside: undefined }, true);
    const before = congestion.windowBytes;
    ack(50, ...[1, 2, 3, 4].map((at) => send(at)));
    expect(path.flight.bytes).toBe(0);
    expect(congestion.windowBytes).toBeGreaterThanOrEqual(before);
  });

  test('a probe for a larger datagram that is lost says nothing of congestion', () => {
    const { congestion, loss, path, send, ack } = sender();
    const number = loss.numbers.next;
    loss.sent({ number, bytes: 1_400, sentAt: instant(0), frames: [], path, aside: 'mtu' }, true);
    const others = [1, 2, 3, 4].map((at) => send(at));
    ack(50, ...others);
    expect(path.flight.bytes).toBe(0);
    expect(congestion.windowBytes).toBeGreaterThanOrEqual(12_000);
  });
});

describe('RFC 9000 §21.4: packet numbers', () => {
  test('rise, and now and then one is left out, ever more seldom', () => {
    const numbers = new PacketNumbers(seeded(3));
    const skipped: number[] = [];
    for (let i = 0, last = -1; i < 20_000; i++) {
      for (let gap = last + 1; gap < numbers.next; gap++) skipped.push(gap);
      last = numbers.next;
      numbers.advance();
    }
    expect(skipped.length).toBeGreaterThan(3);
    expect(skipped.length).toBeLessThan(30);
    const sent = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => ({ start: to - 1 - i, end: to - i }));
    for (const number of skipped.slice(-8)) {
      expect(() => numbers.check([{ start: number, end: number + 1 }])).toThrow('skipped');
      const [below, above] = [sent(number - 100, number), sent(number + 1, number + 100)];
      expect(() => numbers.check([...above, ...below])).not.toThrow();
      expect(() => numbers.check([...above, { start: number - 100, end: number + 1 }])).toThrow('skipped');
      expect(() => numbers.check([{ start: number, end: number + 100 }, ...below])).toThrow('skipped');
    }
    expect(() => numbers.check([{ start: 0, end: numbers.next + 1 }])).toThrow('not sent');
  });
});
