import type { StoreLane } from '../api/shapes.ts';
import { span } from '../core/base/span.ts';
import { command } from './command.ts';
import { bytes, columns, plural } from './show.ts';

export const meshStore = command({
  name: 'mesh store',
  summary: 'show what this node keeps: own outbox, carried for others, limits, drops',
  args: {},
  options: {},
  examples: ['/mesh store'],
  akin: ['queue', 'outbox'],
  run: (api) => api.call('store', {}),
  render: ({ outbox, carried, seen, bytes: onDisk, limits, lanes, perRecipient, expired, evicted, refused }) => {
    const oldest = outbox.envelopes === 0 ? '' : `, the oldest for ${span(outbox.oldestMs)}`;
    const waiting = perRecipient.map((r) => [
      `  ${r.name}`,
      plural(r.envelopes, 'message'),
      bytes(r.bytes),
      `oldest ${span(r.oldestMs)}`,
      `expires in ${span(r.expiresInMs)}`,
    ]);
    return [
      `outbox: ${plural(outbox.envelopes, 'message')}, ${bytes(outbox.bytes)}${oldest}`,
      `carried for others: ${plural(carried.envelopes, 'message')}, ${bytes(carried.bytes)} of ${bytes(limits.carriedBytes)}`,
      ...columns(lanes.filter((l) => l.envelopes > 0).map(laneRow)),
      ...(waiting.length === 0 ? [] : ['kept for:', ...columns(waiting)]),
      `for one recipient: at most ${plural(limits.perRecipientEnvelopes, 'message')}, ${bytes(limits.perRecipientBytes)}`,
      `on disk: ${bytes(onDisk)} · ${plural(seen, 'id')} remembered`,
      `since the start: ${expired} expired · ${evicted} given up for others, after another node had taken them`,
      ...Object.entries(refused).map(([why, count]) => `refused, ${why}: ${count}`),
    ];
  },
});

const LANES = { contact: 'of contacts and channels', neighbour: 'of neighbours', stranger: 'of strangers' } as const;

const laneRow = (l: StoreLane): readonly string[] => [
  `  ${LANES[l.lane]}`,
  plural(l.envelopes, 'message'),
  `${bytes(l.bytes)} of ${bytes(l.bytesMax)}`,
  l.bytes > l.bytesMax * 0.9 ? 'nearly full: more is refused' : '',
];
