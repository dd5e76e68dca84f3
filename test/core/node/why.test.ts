import { describe, expect, test } from 'vitest';
import { timestamp } from '../../../src/core/base/time.ts';
import type { EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { author } from '../../support/authors.ts';
import { Surrounded } from '../../support/hand-made.ts';
import { receipt } from '../../support/letters.ts';

const CALENDAR = timestamp(1_767_225_600_000);
const bob = author('bob');
const carol = author('carol');

function sent(world: Surrounded, to: string): EnvelopeId {
  const made = world.node.send(to as never, 'hi', world.now);
  if (!('id' in made)) throw new Error(made.why);
  world.run(0);
  return made.id;
}

const why = (world: Surrounded, id: EnvelopeId) => {
  const { sentences, findings } = world.node.why(id, world.now)!;
  return { text: sentences.join('; '), codes: findings.map(({ code }) => code) };
};

describe('why a message is where it is', () => {
  test('what nobody has yet: since when, what stands in the way, and how long it is tried', () => {
    const world = new Surrounded();
    const id = sent(world, carol.id);
    world.run(60_000);
    const { text, codes } = why(world, id);
    expect(codes).toEqual(['NO_ROUTE', 'QUEUED']);
    expect(text).toContain('it has been on this disk for 60 s, and nobody else has it yet');
    expect(text).toContain('it is tried for 3 days more');
  });

  test('what a neighbour did not take: who was asked, when, and what was answered', () => {
    const world = new Surrounded();
    const neighbour = world.neighbour('bob');
    neighbour.leadTo(carol);
    neighbour.answers = () => ({ type: 'refused', reason: 'full' });
    const id = sent(world, carol.id);
    world.run(1_000);
    const { text, codes } = why(world, id);
    expect(codes[0]).toBe('QUOTA_FULL');
    expect(text).toContain(`${bob.id} was given it 1 s ago and has no room for it (full)`);
  });

  test('what others carry: who took it; also after a restart', () => {
    const world = new Surrounded();
    world.neighbour('bob').leadTo(carol);
    const id = sent(world, carol.id);
    world.run(1_000);
    for (const life of [1, 2]) {
      const { text, codes } = why(world, id);
      expect(codes, `life ${life}`).toEqual(['CARRIED']);
      expect(text).toContain(`${bob.id} took it to carry it; no receipt has come back yet`);
      world.restart();
    }
  });

  test('what has arrived: by the receipt, for as long as it is remembered', () => {
    const world = new Surrounded();
    const neighbour = world.neighbour('bob');
    const id = sent(world, bob.id);
    world.run(1_000);
    expect(why(world, id).codes).toEqual(['SENT']);
    neighbour.push(receipt(bob, world.self, id));
    world.run(1_000);
    expect(why(world, id).codes).toEqual(['DELIVERED']);
    world.restart();
    expect(why(world, id).text).toContain(`the signed receipt of ${bob.id} is here`);
  });

  test('what was given up, expired or refused says why', () => {
    const world = new Surrounded();
    const discarded = sent(world, bob.id);
    world.node.discard(discarded, world.now);
    world.run(100);
    expect(why(world, discarded).codes).toEqual(['DISCARDED']);
    const expired = sent(world, bob.id);
    world.run(73 * 3_600_000);
    expect(why(world, expired)).toEqual({
      codes: ['MAIL_EXPIRED'],
      text: expect.stringContaining('nobody confirmed it in time'),
    });
  });

  test('of a message that was never here there is nothing to say', () => {
    const world = new Surrounded();
    expect(world.node.why('0'.repeat(64) as EnvelopeId, world.now)).toBeUndefined();
  });
});

describe('why a peer can or cannot be reached', () => {
  const codesOf = (world: Surrounded, id: typeof bob.id) =>
    world.node.why(id, world.now)!.findings.map(({ code }) => code);

  test('a neighbour is connected, who is behind one is reached over it, a stranger is neither', () => {
    const world = new Surrounded();
    world.neighbour('bob').leadTo(carol);
    expect(codesOf(world, bob.id)).toEqual(['CONNECTED']);
    expect(codesOf(world, carol.id)).toEqual(['REACHABLE']);
    expect(codesOf(world, author('dave').id)).toEqual(['UNCONNECTED']);
    expect(world.node.why(carol.id, world.now)?.sentences[0]).toContain(`over ${bob.id}`);
  });

  test('who was connected and left was not called since', () => {
    const world = new Surrounded();
    const neighbour = world.neighbour('bob');
    world.run(1_000);
    neighbour.connection.close('goodbye', '', world.now);
    world.run(1_000);
    const { sentences } = world.node.why(neighbour.author.id, world.now)!;
    expect(sentences.join('; ')).toMatch(/there is no route, last heard of .* ago; not called since, at /);
  });

  test('who said goodbye is said to have, and who broke off is not', () => {
    const lastWords = (reason: 'goodbye' | 'internal'): string => {
      const world = new Surrounded();
      const neighbour = world.neighbour('bob');
      world.run(1_000);
      neighbour.connection.close(reason, '', world.now);
      world.run(30_000);
      return world.node.why(neighbour.author.id, world.now)!.sentences.join('; ');
    };
    expect(lastWords('goodbye')).toMatch(/last heard of when it said goodbye, 30 s ago/);
    expect(lastWords('internal')).not.toContain('goodbye');
  });

  test('somebody blocked is not reached, because the user wants it so', () => {
    const world = new Surrounded();
    const contact = { id: bob.id, petname: '', verified: false, blocked: true, added: CALENDAR };
    world.node.putContact(contact, world.now);
    expect(codesOf(world, bob.id)).toEqual(['BLOCKED']);
  });
});
