import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { residentMegabytes } from '../flood/process-cost.ts';
import type { Spawn } from '../support/line-mode.ts';
import { delivered, onLoopback, peerIs, resultOf, says } from '../support/person.ts';

/*
 * A node on a machine that has hardly anything left for it: 128 MB of heap, and a tenth of a processor, which is what a process
 * gets that is stopped for 90 ms of 100.
 */

const MESSAGES = 60;

const withLittleHeap: Spawn = (command, args, env) =>
  spawn(command, args, { stdio: 'pipe', env: { ...env, NODE_OPTIONS: '--max-old-space-size=128' } });

/** Lets a process run for a tenth of the time, until the signal. */
async function throttle(pid: number, until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    process.kill(pid, 'SIGSTOP');
    await sleep(90);
    process.kill(pid, 'SIGCONT');
    await sleep(10);
  }
}

describe.runIf(process.platform === 'linux')('a node with 128 MB and a tenth of a processor', () => {
  test('is slow and not dead: what is written to it and by it arrives once, in order, and it stays under 256 MB', {
    timeout: 180_000,
  }, async () => {
    const bob = await onLoopback('bob');
    const ann = await onLoopback('ann', ['--peer', `${bob.id}@${bob.at}`], withLittleHeap);
    await ann.qpc.until(peerIs(bob.id, 'connected'), 'bob at ann');
    await bob.qpc.until(peerIs(ann.id, 'connected'), 'ann at bob');
    const enough = new AbortController();
    const throttled = throttle(ann.pid, enough.signal);
    try {
      const sent: unknown[] = [];
      for (let n = 0; n < MESSAGES; n++) {
        sent.push(resultOf(await bob.qpc.type(`/mesh send ${ann.id} to the slow one ${n}`)).id);
      }
      const back = resultOf(await ann.qpc.type(`/mesh send ${bob.id} I am slow`));
      for (const id of sent) await bob.qpc.until(delivered(id), 'the receipt', 60_000);
      await bob.qpc.until(says('I am slow'), 'what the slow one wrote', 60_000);
      await ann.qpc.until(delivered(back.id), 'its receipt', 60_000);
    } finally {
      enough.abort();
      await throttled;
    }
    const texts = ann.qpc.lines.flatMap(({ type, text }) => (type === 'message' ? [text] : []));
    expect(texts).toEqual(Array.from({ length: MESSAGES }, (_, n) => `to the slow one ${n}`));
    expect(residentMegabytes(ann.pid)).toBeLessThan(256);
    await Promise.all([ann.qpc.end(), bob.qpc.end()]);
  });
});
