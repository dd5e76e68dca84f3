import { expect, test } from 'vitest';
import { RemoteIds } from '../../../src/core/transport/remote-ids.ts';

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

test('RFC 9000 §10.3.1: a reset is one for an id that we send under: not for one that was never used, nor for one that is retired', () => {
  const ids = new RemoteIds();
  const isToken = (sequence: number): boolean => ids.isResetToken(bytes(16, sequence));
  ids.begin(bytes(8, 0), bytes(16, 0));
  for (const sequence of [1, 2]) {
    const [id, resetToken] = [bytes(8, sequence), bytes(16, sequence)];
    ids.receive({ type: 'new-connection-id', sequence, retirePriorTo: 0, id, resetToken });
  }
  expect([0, 1, 2].map(isToken)).toEqual([false, false, false]);
  expect([ids.take(), ids.take()]).toEqual([0, 1]);
  expect([0, 1, 2].map(isToken)).toEqual([true, true, false]);
  ids.retire(0);
  expect([0, 1, 2].map(isToken)).toEqual([false, true, false]);
});
