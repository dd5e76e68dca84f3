import { describe, expect, test } from 'vitest';
import { address } from '../../../src/core/base/address.ts';
import { author } from '../../support/authors.ts';
import { Surrounded } from '../../support/hand-made.ts';

const nowhere = address('203.0.113.9', 7000)!;

describe('a peer that the user named, where nobody answers', () => {
  test('is told to the user when a dial is given up, is dialled again, and what was written to it waits', () => {
    const world = new Surrounded();
    const bob = author('bob');
    world.node.connect(bob.id, [nowhere], 'manual', world.now);
    world.node.send(bob.id, 'are you there?', world.now);
    const notices = () => world.events.filter((event) => event.type === 'notice' && event.code === 'UNREACHABLE');
    world.run(59_000);
    expect(world.sentTo).toContain(nowhere);
    expect(notices()).toEqual([]);
    world.run(3_000);
    expect(notices()).toMatchObject([{ message: expect.stringContaining(`no answer from ${bob.id} (`) }]);
    world.sentTo.clear();
    world.run(60_000);
    expect(world.sentTo).toContain(nowhere);
    const states = world.events.flatMap((event) => (event.type === 'delivery' ? [event.state] : []));
    expect(new Set(states)).toEqual(new Set(['queued']));
    const { sentences, findings } = world.node.why(bob.id, world.now)!;
    expect(sentences).toContain('1 message is kept here for it');
    expect(findings.map(({ code }) => code)).toEqual(['WRONG_ADDRESS']);
  });
});
