import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { delivered, onLoopback, peerIs, resultOf, says } from '../support/person.ts';

/*
 * A machine that sleeps, as far as one can make that with a process: it is stopped, its timers are late by that much, and its
 * neighbours hear nothing of it. (That the clock counts what only a real sleep leaves out is in test/host/clock.test.ts.)
 */

/** How soon a node must be back after it goes on, in milliseconds. */
const BACK_MS = 5_000;

describe.skipIf(process.platform === 'win32')('a node that was stopped', () => {
  for (const stoppedMs of [5_000, 70_000]) {
    test(`for ${stoppedMs / 1000} s is back within 5 s, and each message arrives once`, {
      timeout: stoppedMs + 60_000,
    }, async () => {
      const bob = await onLoopback('bob');
      const ann = await onLoopback('ann', ['--peer', `${bob.id}@${bob.at}`]);
      await ann.qpc.until(peerIs(bob.id, 'connected'), 'bob at ann');
      await bob.qpc.until(peerIs(ann.id, 'connected'), 'ann at bob');
      process.kill(ann.pid, 'SIGSTOP');
      const sent: unknown[] = [];
      for (const n of [1, 2, 3])
        sent.push(resultOf(await bob.qpc.type(`/mesh send ${ann.id} while you slept ${n}`)).id);
      await sleep(stoppedMs);
      process.kill(ann.pid, 'SIGCONT');
      for (const [n, id] of sent.entries()) {
        await ann.qpc.until(says(`while you slept ${n + 1}`), 'the message', BACK_MS);
        await bob.qpc.until(delivered(id), 'the receipt', BACK_MS);
      }
      expect(ann.qpc.lines.filter(({ type }) => type === 'message')).toHaveLength(3);
      await Promise.all([ann.qpc.end(), bob.qpc.end()]);
    });
  }
});
