import type { Peer } from '../api/shapes.ts';
import { flag } from './arguments.ts';
import { command } from './command.ts';
import { commandsIn } from './fault-lines.ts';
import { ago, columns, plural, rtt, shortId } from './show.ts';

export const meshPeers = command({
  name: 'mesh peers',
  summary: 'show nodes: nearby, connected and remembered',
  args: {},
  options: { scan: flag('ask the local network again first') },
  examples: ['/mesh peers', '/mesh peers --scan'],
  akin: ['who', 'names', 'nodes', 'ls'],
  run: (api, { scan }) => api.call('peers', { scan }),
  render: ({ peers }, context) => {
    if (peers.length === 0) return [commandsIn('no nodes yet · /mesh connect ID@HOST:PORT reaches one', context.face)];
    const rows = peers.map((p) => [
      p.name,
      p.state,
      p.hops === undefined ? '' : plural(p.hops, 'hop'),
      rtt(p.rttMs),
      p.address ?? '',
      p.source,
      lastHeard(p, context.now()),
      p.roles.join(' '),
      shortId(p.id),
    ]);
    return columns(rows);
  },
});

/** When a peer that is not connected was heard last; who said goodbye is not silent, but gone. */
function lastHeard({ state, lastSeen, goodbyeAt }: Peer, now: number): string {
  if (state === 'connected') return '';
  if (goodbyeAt !== undefined) return `said goodbye ${ago(goodbyeAt, now)}`;
  return lastSeen === 0 ? 'never heard' : ago(lastSeen, now);
}
