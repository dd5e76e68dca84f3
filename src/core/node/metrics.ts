import { Histogram } from '../base/histogram.ts';
import { counter, counters, gauge, type Metric } from '../base/metric.ts';
import type { Instant } from '../base/time.ts';
import type { Lane } from '../store/head.ts';
import type { Organs } from './organs.ts';

const LANES: readonly Lane[] = ['own', 'contact', 'neighbour', 'stranger'];

/** Figures of every layer of a node, the transport first: what `qpc status --json` and Prometheus are told. */
export function metricsOf(organs: Organs, now: Instant): Metric[] {
  return [...ofTransport(organs), ...ofMesh(organs), ...ofStore(organs, now), ...organs.tally.metrics];
}

function ofTransport({ endpoint, sessions }: Organs): Metric[] {
  const { datagramsReceived, datagramsSent, bytesReceived, bytesSent } = endpoint.traffic;
  const rttMs = new Histogram();
  const lossPercent = new Histogram([0, 0.1, 0.3, 1, 3, 10, 30]);
  for (const { connection } of sessions.all()) {
    rttMs.add(connection.rttMs ?? 0);
    lossPercent.add(connection.link.lossShare * 100);
  }
  return [
    counter('datagrams_received_total', 'UDP datagrams that came.', datagramsReceived),
    counter('datagrams_sent_total', 'UDP datagrams that were sent.', datagramsSent),
    counter('bytes_received_total', 'Bytes of UDP datagrams that came.', bytesReceived),
    counter('bytes_sent_total', 'Bytes of UDP datagrams that were sent.', bytesSent),
    ...counters('datagrams_dropped_total', 'Datagrams that were not read, by the reason.', 'reason', endpoint.dropped),
    gauge('connections', 'Connections that are not closed, dials included.', [...endpoint.connections()].length),
    { kind: 'histogram', name: 'link_rtt_ms', help: 'Round trips of the links of now.', histogram: rttMs.view },
    {
      kind: 'histogram',
      name: 'link_loss_percent',
      help: 'Packets lost on the links of now.',
      histogram: lossPercent.view,
    },
  ];
}

function ofMesh({ routes, sessions, peers, channels, neighbourhood }: Organs): Metric[] {
  return [
    gauge('neighbours', 'Nodes with a connection, who have said hello.', sessions.size),
    gauge('dials', 'Nodes that are being dialled.', [...neighbourhood.sessions.dialling()].length),
    gauge('peers_known', 'Nodes that were met or heard of.', peers.size),
    gauge('routes', 'Nodes that a way leads to.', routes.size),
    gauge('channels', 'Channels that are read here.', [...channels.all()].length),
  ];
}

function ofStore({ shelf, seen, deliveries, custody }: Organs, now: Instant): Metric[] {
  const quota = shelf.quota();
  const open = [...deliveries.open()];
  return [
    ...LANES.flatMap((lane) => [
      gauge('shelf_envelopes', 'Envelopes that are kept, by whose they are.', quota.lane(lane).envelopes, { lane }),
      gauge('shelf_bytes', 'Their bytes.', quota.lane(lane).bytes, { lane }),
    ]),
    gauge('seen_ids', 'Ids of envelopes that were here and are not any more.', seen.size),
    gauge(
      'messages_queued',
      'Messages of ours that nobody else has yet.',
      open.filter((one) => one.state === 'queued').length,
    ),
    gauge('messages_open', 'Messages of ours whose receipt is awaited.', open.length),
    gauge(
      'oldest_open_ms',
      'How long the oldest of them waits.',
      oldestMs(
        open.map(({ id }) => shelf.get(id)?.bornAt),
        now,
      ),
    ),
    counter(
      'envelopes_expired_total',
      'Envelopes whose time was over before somebody took them.',
      custody.counts.expired,
    ),
    counter(
      'envelopes_evicted_total',
      'Copies given up for others, after another node had taken them.',
      custody.counts.evicted,
    ),
  ];
}

const oldestMs = (bornAt: readonly (Instant | undefined)[], now: Instant): number =>
  bornAt.reduce<number>((oldest, at) => Math.max(oldest, at === undefined ? 0 : now - at), 0);
