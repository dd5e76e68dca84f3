import { describe, expect, test } from 'vitest';
import { PEERS_MAX } from '../../src/core/base/limits.ts';
import { timestamp } from '../../src/core/base/time.ts';
import type { NodeId } from '../../src/core/crypto/node-id.ts';
import type { NodeCommands } from '../../src/core/node/commands.ts';
import { eventView } from '../../src/host/service/lines.ts';
import { Names } from '../../src/host/service/names.ts';
import { paperSuite } from '../../src/sim/paper-suite.ts';

describe('names of those who come and go', () => {
  test('are bounded: a node may call under a new key every time', () => {
    const node = { id: 'me' as NodeId, name: 'me', contacts: () => [], channels: () => [], peers: () => [] };
    const names = new Names(paperSuite, node as unknown as NodeCommands);
    const came = (id: string, name: string): void =>
      names.heard({
        type: 'peer',
        id: id as NodeId,
        name,
        state: 'connected',
        address: undefined,
        source: 'inbound',
        at: timestamp(0),
      });
    for (let i = 0; i < PEERS_MAX + 5; i++) came(`id${i}`, `bob ${i}`);
    expect(names.of('id0' as NodeId)).toBe('~.id0');
    expect(names.of('id5' as NodeId)).toBe('~bob 5.id5');
  });
});

test('what the node says of somebody by id, screens say by name', () => {
  const names = { of: () => 'bob' } as unknown as Names;
  const message = `no answer from ${'a'.repeat(52)} (no answer in time); it is tried again`;
  const told = eventView({ type: 'notice', level: 'info', code: 'UNREACHABLE', message }, names);
  expect(told).toMatchObject({ message: 'no answer from bob (no answer in time); it is tried again' });
});
