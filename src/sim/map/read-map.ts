import { parse, TomlError } from 'smol-toml';
import { below, type Random } from '../../core/base/random.ts';
import { HOSTILE_KINDS } from '../hostile/kinds.ts';
import type { Plan } from '../plan.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { SeededRandom } from '../seeded-random.ts';
import { readChannels, readChurn, readEvents, readMessages, readTraffic, type Stage } from './happenings.ts';
import { linesOf } from './lines.ts';
import { readClimate, readDisk, readLinks } from './net.ts';
import { People } from './people.ts';
import { MapError, Table } from './table.ts';

/** A map that was read, or the sentence that says what is wrong with it, with file and line. */
export type ReadMap = { readonly scenario: Scenario } | { readonly error: string };

/** The shortest calm, in milliseconds: its last minute is the quiet one. */
const CALM_MS_MIN = 120_000;

/**
 * Reads a map: a scenario as a TOML text, such as a community network writes of its own nodes and links (docs/simulation.md).
 * All mistakes are found before anything runs.
 *
 * @param file its name, for what is said about it.
 */
export function readMap(text: string, file: string, nodes?: number): ReadMap {
  try {
    const values = parse(text);
    const root = (): Table => new Table(values, '', { file, lines: linesOf(text) });
    const name = root().text('name', file.replace(/^.*\//, '').replace(/\.toml$/, ''));
    const plan = (random: Random): Plan => planOf(root(), name, nodes, random);
    // Whatever chance decides, the mistakes are the same.
    plan(new SeededRandom(0));
    return { scenario: { name, about: root().text('about', 'a map'), plan } };
  } catch (error) {
    if (error instanceof MapError) return { error: error.message };
    if (!(error instanceof TomlError)) throw error;
    // The library's message goes on with a drawing of the place; the first line says what is wrong.
    const what = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '');
    return { error: `${file}:${error.line}: this is not TOML: ${what}` };
  }
}

function planOf(root: Table, name: string, nodes: number | undefined, random: Random): Plan {
  root.text('name', name);
  root.text('about', 'a map');
  const stormMs = root.timeMs('storm', { min: 10_000, otherwise: 240_000 });
  const calmMs = root.timeMs('calm', { min: CALM_MS_MIN, otherwise: 360_000 });
  const weather = root.table('weather');
  const climate = readClimate(weather);
  weather.done();
  const disks = root.table('disk');
  const disk = readDisk(disks);
  disks.done();
  const people = new People(root.tables('node'), nodes, root.where());
  drawHostile(root.table('hostile'), people, random);
  const links = readLinks(root.tables('link'), people, climate, random);
  if (links.length === 0) throw new MapError(`${root.where()}: nobody can reach anybody: write [[link]]`);
  const stage: Stage = { people, links, stormMs, random };
  const channels = readChannels(root.tables('channel'), stage);
  const actions = [
    ...channels.actions,
    ...readMessages(root.tables('message'), stage, new Set(channels.members.keys())),
    ...readTraffic(root.tables('traffic'), stage, channels.members),
    ...readEvents(root.tables('event'), stage),
    ...readChurn(root.table('churn'), stage),
  ].sort((a, b) => a.atMs - b.atMs);
  root.done();
  const { names, clockOffsetsMs, late, sites, hostile } = people;
  const plan = { name, links, names, sites, late, clockOffsetsMs, climate, disk, stormMs, calmMs, actions };
  return hostile.size === 0 ? plan : { ...plan, hostile };
}

/** Some of the nodes mean harm: which ones, and how, is drawn. */
function drawHostile(table: Table, people: People, random: Random): void {
  const share = table.share('share', 0);
  const kinds = table.texts('kinds', HOSTILE_KINDS).map((kind) => {
    return HOSTILE_KINDS.find((known) => known === kind) ?? table.wrong('kinds', `of ${HOSTILE_KINDS.join(', ')}`);
  });
  const who = [...people.all(table, 'who', ['all'])];
  table.done();
  for (let left = Math.round(share * who.length); left > 0; left--) {
    const [node] = who.splice(below(random, who.length), 1);
    people.hostile.set(node!, kinds[below(random, kinds.length)]!);
  }
}
