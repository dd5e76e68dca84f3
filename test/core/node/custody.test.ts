import { describe, expect, test } from 'vitest';
import type { Sent } from '../../../src/core/node/commands.ts';
import type { NodeEvent } from '../../../src/core/node/event.ts';
import { decodeEnvelope, type EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';
import { author } from '../../support/authors.ts';
import { type HandMade, Surrounded } from '../../support/hand-made.ts';

const bob = author('bob');

/** The id of a message that was taken. */
function idOf(sent: Sent): EnvelopeId {
  if (!('id' in sent)) throw new Error(sent.why);
  return sent.id;
}

/** The states that were told of a message, in order. */
const states = (world: Surrounded, id: EnvelopeId): string[] =>
  world.events
    .filter((event): event is NodeEvent & { type: 'delivery' } => event.type === 'delivery' && event.id === id)
    .map(({ state }) => state);

/** The ids that were pushed to a neighbour, in order. */
const pushedTo = (neighbour: HandMade): EnvelopeId[] =>
  neighbour.pushed.map(({ envelope }) => decodeEnvelope(suite, envelope).id);

describe('custody begins with the commit', () => {
  test('a recipient that comes before the message is on disk gets it when it is, and nothing is taken for damaged', () => {
    const world = new Surrounded();
    world.diskHangs = true;
    const id = idOf(world.node.send(bob.id, 'hi', world.now));
    const neighbour = world.neighbour('bob');
    expect(neighbour.pushed).toEqual([]);
    expect(states(world, id)).toEqual([]);
    world.diskHangs = false;
    world.run(100);
    expect(pushedTo(neighbour)).toEqual([id]);
    expect(states(world, id)).toEqual(['queued', 'sent']);
  });
});
