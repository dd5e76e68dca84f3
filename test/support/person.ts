import { expect } from 'vitest';
import { type Line, LineMode, type Spawn } from './line-mode.ts';
import { tempDir } from './temp-dir.ts';
import type { TestNetwork } from './test-network.ts';

/** Somebody with qpc in line mode. */
export type Person = { readonly qpc: LineMode; readonly id: string };

/** qpc in line mode on a host of the network, in an empty home. */
export async function person(network: TestNetwork, host: string, options: readonly string[] = []): Promise<Person> {
  const start: Spawn = (command, args, env) => network.spawn(host, command, args, env);
  const qpc = new LineMode(tempDir(), ['--name', host, ...options], start);
  const { id } = await qpc.ready();
  return { qpc, id: id as string };
}

/** Somebody on this machine alone, whom others find by being told where. */
export type Local = Person & { readonly pid: number; readonly at: string };

/** qpc in line mode on loopback, in an empty home. */
export async function onLoopback(name: string, options: readonly string[] = [], start?: Spawn): Promise<Local> {
  const args = ['--name', name, '--no-mdns', '--listen', '127.0.0.1:0', ...options];
  const qpc = new LineMode(tempDir(), args, start);
  const { id, pid, addresses } = await qpc.ready();
  return { qpc, id: id as string, pid: pid as number, at: (addresses as string[])[0]! };
}

/** A line that says in which state a peer is. */
export const peerIs = (id: string, state: string) => (line: Line) =>
  line.type === 'peer' && line.id === id && line.state === state;

/** A message with this text. */
export const says = (text: string) => (line: Line) => line.type === 'message' && line.text === text;

/** The news that a message of ours was confirmed by its recipient. */
export const delivered = (id: unknown) => (line: Line) =>
  line.type === 'delivery' && line.id === id && line.state === 'delivered';

/** What a command gave; fails when it failed. */
export const resultOf = (reply: Line): Record<string, unknown> => {
  expect(reply).toMatchObject({ ok: true });
  return reply.result as Record<string, unknown>;
};
