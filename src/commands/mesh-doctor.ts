import type { Peer, Status } from '../api/shapes.ts';
import { command } from './command.ts';
import type { Check } from './context.ts';
import { plural } from './show.ts';

export const meshDoctor = command({
  name: 'mesh doctor',
  summary: 'check what usually goes wrong: files, port, mDNS, peers, disk, clock',
  args: {},
  options: {},
  examples: ['/mesh doctor'],
  run: async (api, _input, context) => {
    const status = await api.call('status', {});
    if (!status.ok) return status;
    const known = await api.call('peers', { scan: false });
    if (!known.ok) return known;
    const machine = (await context.inspect?.(status.result.home)) ?? [];
    return { ok: true, result: { checks: [...examine(status.result, known.result.peers), ...machine] } };
  },
  render: ({ checks }, { ascii }) => {
    const signs = ascii ? { good: 'ok', bad: 'x!', unknown: '? ' } : { good: '✓', bad: '✗', unknown: '?' };
    const bad = checks.filter((c) => c.state === 'bad').length;
    return [
      ...checks.map((c) => `${signs[c.state]} ${c.what}: ${c.found}`),
      bad === 0 ? 'nothing wrong was found' : `${plural(bad, 'thing')} to look at`,
    ];
  },
});

/** What the node itself knows about its health. */
function examine(status: Status, peers: readonly Peer[]): readonly Check[] {
  const connected = peers.filter((p) => p.state === 'connected');
  const bound = status.addresses.length > 0;
  return [
    { what: 'node', state: 'good', found: `process ${status.pid}, qpc ${status.version}` },
    {
      what: 'port',
      state: bound ? 'good' : 'bad',
      found: bound ? `listens on ${status.addresses.join(', ')}` : 'listens on nothing: nobody can reach this node',
    },
    {
      what: 'mDNS',
      state: status.mdns === 'on' ? 'good' : status.mdns === 'off' ? 'unknown' : 'bad',
      found: MDNS[status.mdns],
    },
    {
      what: 'peers',
      state: connected.length > 0 ? 'good' : 'bad',
      found:
        connected.length > 0
          ? `${connected.length} of ${peers.length} known are connected`
          : `none of ${peers.length} known is connected · /mesh connect ID@HOST:PORT reaches one`,
    },
    ...status.troubles.map((found): Check => ({ what: 'trouble', state: 'bad', found })),
  ];
}

const MDNS = {
  on: 'looks for nodes on the local network',
  off: 'is off by choice: nodes nearby are not found by themselves',
  'no multicast':
    'no network here passes multicast: nodes nearby are not found by themselves · /mesh connect still works',
} as const;
