import { readFileSync } from 'node:fs';

/**
 * Datagrams that the system took for a UDP port of this machine and threw away because nobody had read those before them: more came
 * than a process could read. Linux counts them for each socket, other systems do not say. 0 when it is not known.
 */
export function systemDrops(port: number): number {
  let drops = 0;
  for (const table of ['/proc/net/udp', '/proc/net/udp6']) drops += dropsIn(contentOf(table), port);
  return drops;
}

/** The last column of the lines whose local address, in hexadecimal, ends in this port. */
function dropsIn(table: string, port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let drops = 0;
  for (const line of table.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/);
    if (columns[1]?.endsWith(local)) drops += Number(columns.at(-1));
  }
  return drops;
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
