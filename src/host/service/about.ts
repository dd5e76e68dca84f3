import { wordlist } from '@scure/bip39/wordlists/english.js';
import { done, type Handlers } from '../../api/answer.ts';
import type { MetricView, Status } from '../../api/shapes.ts';
import { type Address, reach } from '../../core/base/address.ts';
import { CARRIED_BYTES_MAX, RECIPIENT_BYTES_MAX, RECIPIENT_ENVELOPES_MAX } from '../../core/base/limits.ts';
import type { Metric } from '../../core/base/metric.ts';
import { utf8 } from '../../core/bytes/utf8.ts';
import { fingerprint, type NodeId, nodeIdBytes, peerId } from '../../core/crypto/node-id.ts';
import type { Suite } from '../../core/crypto/suite.ts';
import { formatContact } from '../../core/wire/contact-uri.ts';
import type { Desk } from './desk.ts';

/** Addresses that a contact URI names at most: more make it too long to read aloud or scan. */
const URI_ADDRESSES_MAX = 4;

/** What this node is, and what it keeps. */
export const aboutMethods = (desk: Desk, life: { readonly stays: boolean }) =>
  ({
    status: () => done(statusOf(desk, life)),

    metrics: () => done({ metrics: desk.metrics().map(metricView) }),

    identity() {
      const { suite, names, about } = desk;
      const { name, network, peers } = desk.owner.turn((node) => ({
        name: node.name,
        network: node.network,
        peers: node.peers().length,
      }));
      const at = told([...about.announced, ...desk.owner.addresses]);
      return done({
        id: names.self,
        peerId: peerId(names.self),
        name,
        uri: formatContact(suite, { id: names.self, name, network, at, via: [] }),
        fingerprint: fingerprint(suite, names.self),
        words: sixWords(suite, names.self),
        home: about.home,
        peers,
      });
    },

    store() {
      const view = desk.owner.turn((node, now) => node.store(now));
      return done({
        outbox: { ...view.outbox, oldestMs: whole(view.outbox.oldestMs) },
        carried: view.carried,
        lanes: view.lanes.map((lane) => ({ ...lane, bytesMax: Math.floor(lane.bytesMax) })),
        seen: view.seen,
        bytes: desk.database.bytes(),
        limits: {
          perRecipientEnvelopes: RECIPIENT_ENVELOPES_MAX,
          perRecipientBytes: RECIPIENT_BYTES_MAX,
          carriedBytes: CARRIED_BYTES_MAX,
        },
        perRecipient: view.perRecipient.map((one) => ({
          ...one,
          name: desk.names.ofConversation(one.to, one.kind),
          oldestMs: whole(one.oldestMs),
          expiresInMs: whole(one.expiresInMs),
        })),
        expired: view.expired,
        evicted: view.evicted,
        refused: Object.fromEntries(view.refused),
      });
    },
  }) satisfies Partial<Handlers>;

/** A figure for programs. */
function metricView(metric: Metric): MetricView {
  const { name, kind, labels } = metric;
  const about = { name, kind, ...(labels && { labels: { ...labels } }) };
  if (metric.kind !== 'histogram') return { ...about, value: metric.value };
  const { bounds, counts, ...sums } = metric.histogram;
  return { ...about, histogram: { ...sums, bounds: [...bounds], counts: [...counts] } };
}

/** How the node is at this moment. */
export function statusOf(desk: Desk, { stays }: { readonly stays: boolean }): Status {
  const { about, owner, names } = desk;
  const now = owner.turn((node, instant) => ({
    name: node.name,
    connected: node.peers().filter(({ state }) => state === 'connected').length,
    queued: node.queued(),
    carried: node.store(instant).carried.envelopes,
    dropped: node.dropped(),
  }));
  return {
    id: names.self,
    home: about.home,
    pid: process.pid,
    version: about.version,
    network: about.networkId,
    startedAt: about.startedAt,
    addresses: [...owner.addresses],
    mdns: desk.nearby.state(),
    ...(about.metricsUrl !== undefined && { metricsUrl: about.metricsUrl }),
    stays,
    troubles: [...desk.troubles.all()],
    ...now,
    dropped: sum([now.dropped, desk.dropped(), desk.nearby.dropped()]),
  };
}

function sum(counts: readonly ReadonlyMap<string, number>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [why, count] of counts.flatMap((one) => [...one])) all[why] = (all[why] ?? 0) + count;
  return all;
}

/** Addresses worth handing to somebody: those that reach farthest first; loopback only when there is nothing else. */
function told(addresses: readonly Address[]): Address[] {
  const order = ['public', 'private', 'link', 'loopback'];
  const usable = addresses.filter((at) => reach(at) !== 'unusable');
  const far = usable.filter((at) => reach(at) === 'public' || reach(at) === 'private');
  return (far.length > 0 ? far : usable)
    .toSorted((a, b) => order.indexOf(reach(a)) - order.indexOf(reach(b)))
    .slice(0, URI_ADDRESSES_MAX);
}

/** Six words to compare aloud: the first 66 bits of the hash behind the fingerprint, 11 bits a word of the BIP-39 list. */
function sixWords(suite: Suite, id: NodeId): string {
  const digest = suite.hash(utf8('qpc fingerprint v1\0'), nodeIdBytes(id));
  const bits = [...digest.subarray(0, 9)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: 6 }, (_, i) => wordlist[Number.parseInt(bits.slice(i * 11, i * 11 + 11), 2)]).join(' ');
}

const whole = (ms: number): number => Math.max(0, Math.round(ms));
