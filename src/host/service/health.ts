import { type Address, addressParts, reach } from '../../core/base/address.ts';
import { span } from '../../core/base/span.ts';
import type { PeerView } from '../../core/node/commands.ts';
import { DatabaseError } from '../database/database-error.ts';
import { isMulticast, type NetworkInterface, onLinkOf } from '../network/interfaces.ts';
import { type Check, databaseFinding } from '../process/checkup.ts';
import type { Desk } from './desk.ts';

/** How long a node may look around after its start, in milliseconds, before it is lonely. */
const LONELY_MS = 10_000;
/** So many refusals of the system in a row are none by chance. */
const REFUSALS = 3;

/** What a running node sees of its machine and of its network, without asking anybody. */
export function health(desk: Desk): readonly Check[] {
  const view = desk.owner.turn((node, now) => ({ peers: node.peers(), store: node.store(now), routes: node.routes() }));
  const connected = view.peers.filter(({ state }) => state === 'connected').length;
  const { outbox, carried } = view.store;
  return [
    { what: 'node', found: `process ${process.pid}, qpc ${desk.about.version}` },
    storing(desk),
    listening(desk),
    ...networks(desk, view.peers),
    sending(desk, connected),
    nearby(desk, view.peers),
    ...otherNetworks(desk, connected),
    ...elsewhere(desk),
    neighbours(desk, { connected, known: view.peers.length }),
    {
      what: 'routes',
      found: `${counted(view.routes.filter(({ selected }) => selected).length, 'node')} can be reached`,
    },
    {
      what: 'store',
      found: `kept here: ${counted(outbox.envelopes, 'message')} of yours, ${carried.envelopes} carried for others`,
    },
  ];
}

function storing({ surroundings, database }: Desk): Check {
  const failure = surroundings.storeFailure();
  if (failure === undefined)
    return { what: 'database', found: `${Math.round(database.bytes() / 1000)} kB, and it is written` };
  const trouble = failure instanceof DatabaseError ? failure.trouble : 'io';
  return databaseFinding(trouble, `nothing can be stored: ${failure.message}`);
}

function listening({ owner, surroundings }: Desk): Check {
  const at = owner.addresses.join(', ');
  if (at === '') return { code: 'NOT_LISTENING', subject: 'port', found: 'the node listens on no address' };
  const { missed } = surroundings;
  if (missed === undefined) return { what: 'port', found: `listens on ${at}` };
  return { code: 'PORT_TAKEN', subject: 'port', found: `${missed} was taken, so the node listens on ${at}` };
}

/** Each network, by its interface; none is a fault unless the user wants none. */
function networks(desk: Desk, peers: readonly PeerView[]): readonly Check[] {
  const all = outside(desk);
  const hasLocal = peers.some(({ state, addresses: [at] }) => state === 'connected' && at && reach(at) === 'loopback');
  // A connection lives on for a minute after the cable is pulled; what is within this machine, for longer.
  if (all.length === 0 && !desk.surroundings.isLocal && !hasLocal)
    return [{ code: 'NO_NETWORK', subject: 'network', found: 'no interface but loopback has an address' }];
  return all.map(({ name, addresses }) => ({
    what: `interface ${name}`,
    found: addresses.map(({ host, prefixBits }) => `${host}/${prefixBits}`).join(', '),
  }));
}

const outside = ({ surroundings }: Desk): readonly NetworkInterface[] =>
  surroundings.interfaces().filter(({ internal, addresses }) => !internal && addresses.length > 0);

function sending({ surroundings }: Desk, connected: number): Check {
  const refusals = surroundings.refusals();
  const isBlocked = refusals && BLOCKS.has(refusals.code) && refusals.count >= REFUSALS;
  if (!isBlocked)
    return {
      what: 'sending',
      found: connected > 0 ? 'datagrams go out and come back' : 'the system takes what is sent',
    };
  const found = `the system refuses to send (${refusals.code}), ${refusals.count} times in a row`;
  return { code: 'UDP_BLOCKED', subject: 'udp', found };
}

/** What a packet filter, or a route that forbids, answers. */
const BLOCKS: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EINVAL', 'EHOSTUNREACH']);

/** Sending multicast seldom fails where it does not pass: that nothing is heard of hosts that are on this very network says more. */
function nearby(desk: Desk, peers: readonly PeerView[]): Check {
  const { nearby: search, troubles } = desk;
  const links = outside(desk);
  if (search.state() !== 'off' && links.length > 0 && !links.some(({ name }) => isMulticast(name)))
    return noMulticast(`multicast is switched off on ${links.map(({ name }) => name).join(', ')}`);
  if (search.state() === 'on') {
    const near = search.hears() || uptimeMs(desk) < LONELY_MS ? [] : onLink(desk, peers);
    if (near.length === 0) return { what: 'mDNS', found: 'looks for nodes on the local network' };
    return noMulticast(
      `${near.join(', ')} is on this network, and nothing comes by multicast, from there or from anybody`,
    );
  }
  if (search.state() === 'off')
    return { what: 'mDNS', found: 'is off by choice: nodes nearby are not found by themselves' };
  return noMulticast(troubles.ofNearby ?? 'no network here passes multicast');
}

const noMulticast = (found: string): Check => ({ code: 'NO_MULTICAST', subject: 'mDNS', found });

/** Neighbours that no router is in between to. */
function onLink(desk: Desk, peers: readonly PeerView[]): readonly Address[] {
  const links = outside(desk).map(onLinkOf);
  return peers
    .filter(({ state }) => state === 'connected')
    .flatMap(({ addresses }) => addresses.slice(0, 1))
    .filter((at) => links.some((isOn) => isOn(addressParts(at).host)));
}

/** Others are there, and all of another mesh: whoever looks for a friend has a wrong word in `--network`, or the friend has. */
function otherNetworks({ nearby: search, about }: Desk, connected: number): readonly Check[] {
  const count = search.dropped().get('other network') ?? 0;
  if (count === 0 || connected > 0) return [];
  const found = `mDNS hears nodes of another network, and none of "${about.networkId}", this one's`;
  return [{ code: 'WRONG_NETWORK', subject: 'network', found }];
}

function elsewhere({ troubles }: Desk): readonly Check[] {
  if (troubles.elsewhere === undefined) return [];
  return [{ code: 'IDENTITY_ELSEWHERE', subject: 'identity', found: troubles.elsewhere }];
}

function neighbours(desk: Desk, { connected, known }: { readonly connected: number; readonly known: number }): Check {
  if (connected > 0) return { what: 'neighbours', found: `${connected} of ${counted(known, 'known node')} connected` };
  const upMs = uptimeMs(desk);
  if (upMs < LONELY_MS) return { what: 'neighbours', found: `none yet, ${span(upMs)} after the start` };
  const found = known === 0 ? 'no other node is known' : `none of ${counted(known, 'known node')} is connected`;
  return { code: 'NO_NEIGHBOURS', subject: 'mesh', found };
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** How long the node has run; a calendar that was moved back meanwhile makes it none. */
const uptimeMs = ({ about, calendar }: Desk): number => Math.max(0, calendar() - about.startedAt);
