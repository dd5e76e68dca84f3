import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Line, LineMode } from './line-mode.ts';

/** Ends the node of a home as a power cut would, and its screen with it. */
export async function killNode(home: string, screen: LineMode): Promise<void> {
  const { pid } = JSON.parse(readFileSync(join(home, 'node.json'), 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
  await screen.ended;
}

/** Ids of messages in the order in which they were shown. */
export const shownBy = (...screens: readonly LineMode[]): string[] =>
  screens.flatMap(({ lines }) => lines.filter(({ type }) => type === 'message').map(({ id }) => id as string));

/** Ids of all lines that a node has kept, oldest first. */
export async function historyOf(screen: LineMode): Promise<string[]> {
  const reply = (await screen.type('/history --limit 1000')) as Line & { result: { messages: { id: string }[] } };
  return reply.result.messages.map(({ id }) => id);
}

/** Sends a text; the id of the message that was accepted. */
export async function accepted(screen: LineMode, to: string, text: string): Promise<string> {
  const reply = (await screen.type(`/mesh send ${to} ${text}`)) as Line & { ok: boolean; result: { id: string } };
  if (!reply.ok) throw new Error(JSON.stringify(reply));
  return reply.result.id;
}

/** Waits until its sender knows that a message was delivered. */
export const delivered = (screen: LineMode, id: string, timeoutMs = 30_000): Promise<Line> =>
  screen.until(
    (line) => line.type === 'delivery' && line.id === id && line.state === 'delivered',
    `delivered ${id}`,
    timeoutMs,
  );
