import { describe, expect, test } from 'vitest';
import { decodeEnvelope, type EnvelopeId } from '../../../src/core/wire/envelope.ts';
import { nodeSuite as suite } from '../../../src/host/node-suite.ts';
import { author } from '../../support/authors.ts';
import { type HandMade, Surrounded } from '../../support/hand-made.ts';

const carol = author('carol');
const COUNT = 30;

/** A node that has written so many letters to carol, all of which a relay has taken, and then lost power. */
function afterPowerCut(by: 'relay' | 'carol'): { world: Surrounded; neighbour: HandMade } {
  const world = new Surrounded();
  const before = world.neighbour(by);
  if (by === 'relay') before.leadTo(carol);
  for (let n = 0; n < COUNT; n++) world.node.send(carol.id, `text ${n}`, world.now);
  world.run(1_000);
  expect(before.pushed).toHaveLength(COUNT);
  world.restart();
  const neighbour = world.neighbour(by);
  neighbour.answers = () => ({ type: 'held' });
  if (by === 'relay') neighbour.leadTo(carol);
  world.run(500);
  return { world, neighbour };
}

const ids = ({ pushed }: HandMade): EnvelopeId[] => pushed.map(({ envelope }) => decodeEnvelope(suite, envelope).id);

describe('§2.2 after a restart a node', () => {
  test('does not send again at once what others had taken, but within a minute, one after the other', () => {
    const { world, neighbour } = afterPowerCut('relay');
    expect(neighbour.pushed.length).toBeLessThan(COUNT / 5);
    const halfway = () => neighbour.pushed.length;
    world.run(30_000);
    expect(halfway()).toBeGreaterThan(COUNT / 5);
    expect(halfway()).toBeLessThan((COUNT * 4) / 5);
    world.run(30_000);
    expect(new Set(ids(neighbour)).size).toBe(COUNT);
    expect(neighbour.pushed.every(({ again }) => again)).toBe(true);
  });

  test('sends at once what nobody had taken', () => {
    const { world, neighbour } = afterPowerCut('relay');
    const sent = world.node.send(carol.id, 'new', world.now);
    world.run(200);
    expect(ids(neighbour)).toContain('id' in sent && sent.id);
  });

  test('asks a recipient that comes at once about all that it had taken and never confirmed', () => {
    const { neighbour } = afterPowerCut('carol');
    expect(new Set(ids(neighbour)).size).toBe(COUNT);
  });
});
