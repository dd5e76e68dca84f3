import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Log } from '../log.ts';
import type { HostPort } from '../options/option-kinds.ts';
import { UdpSocket } from './udp.ts';

/** Every address, IPv6 and IPv4. */
const DEFAULT: HostPort = { host: '::', port: 7000 };

const kept = z.object({ asked: z.string(), port: z.number().int().min(1).max(65_535) });

/** A socket for a node, and what to tell the user when it is not where he asked for it. */
export type Listening = {
  readonly udp: UdpSocket;
  /** Where he asked for it, when it is not there. */
  readonly missed: string | undefined;
  readonly notice: string | undefined;
};

/**
 * Opens the socket of the node in `home`: where the user asked, or on the port that it had to take last time, so that those who
 * remember its address find it again.
 *
 * @throws UdpError
 */
export async function listen(home: string, asked: HostPort = DEFAULT, log: Log): Promise<Listening> {
  const file = join(home, 'node.port');
  const name = written(asked);
  const last = keptPort(file);
  const port = asked.port !== 0 && last?.asked === name ? last.port : asked.port;
  const udp = await UdpSocket.open({ host: asked.host, port }, log);
  if (asked.port === 0 || udp.port === asked.port) return { udp, missed: undefined, notice: undefined };
  keepPort(file, { asked: name, port: udp.port });
  const now = written({ host: udp.host, port: udp.port });
  const notice =
    udp.port === last?.port
      ? `listening on ${now}, as the last time, not on ${name}`
      : `${name} is taken, so this node listens on ${now}, and will the next time`;
  return { udp, missed: name, notice };
}

function keptPort(file: string): z.infer<typeof kept> | undefined {
  try {
    return kept.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

function keepPort(file: string, port: z.infer<typeof kept>): void {
  try {
    writeFileSync(file, `${JSON.stringify(port)}\n`, { mode: 0o600 });
  } catch {
    // Then the next start looks for a free port again.
  }
}

const written = ({ host, port }: HostPort): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
