import { done, failed, type Handlers } from '../../api/answer.ts';
import type { Peer, Route } from '../../api/shapes.ts';
import { cleanName } from '../../core/base/clean.ts';
import type { PeerView, RouteView } from '../../core/node/commands.ts';
import { peerAt, publicAddress } from '../options/option-kinds.ts';
import type { Desk } from './desk.ts';
import type { Servers } from './servers.ts';
import { refusal } from './words.ts';

/** Who is there, and the ways to them. */
export const peerMethods = (desk: Desk, servers: Servers) =>
  ({
    async peers({ scan }) {
      if (scan) await desk.nearby.scan();
      const peers = desk.owner.turn((node) => {
        desk.names.refresh(node);
        return node.peers();
      });
      return done({ peers: peers.map((peer) => peerView(peer, desk)) });
    },

    async server({ address, id }) {
      const place = publicAddress.read(address);
      if (!place) return failed('E_USAGE', `${address} is not ${publicAddress.allowed}`);
      const known = id === undefined ? undefined : desk.names.find(id);
      if (known && !known.ok) return known;
      return servers.note(place, known?.result);
    },

    async connect({ peer }) {
      const at = peerAt.read(peer);
      if (peer.includes('@') && !at) return failed('E_USAGE', `${peer} is not ${peerAt.allowed}`);
      const found = desk.names.find(at ? at.id : peer);
      if (!found.ok) return found;
      const id = found.result;
      const known = desk.owner.turn((node) => node.peers().find((view) => view.id === id));
      const addresses = at ? await desk.lookup(at) : (known?.addresses ?? []);
      if (at && addresses.length === 0)
        return failed('E_NO_WAY', `${at.host} has no address`, 'check the name, or give an IP address');
      if (addresses.length === 0) {
        return failed('E_NO_WAY', `no address of ${desk.names.of(id)} is known`, `/mesh connect ${id}@HOST:PORT`);
      }
      const state = desk.owner.turn((node, now) => {
        const begun = node.connect(id, addresses, 'manual', now);
        desk.names.refresh(node);
        return begun;
      });
      if (typeof state !== 'string') return refusal(state, desk.names.of(id));
      return done({ id, address: addresses[0], state });
    },

    disconnect({ peer }) {
      const found = desk.names.find(peer);
      if (!found.ok) return found;
      const was = desk.owner.turn((node, now) => node.disconnect(found.result, now));
      return done({ id: found.result, state: was ? 'disconnected' : 'not connected' });
    },

    route({ peer }) {
      const found = peer === undefined ? undefined : desk.names.find(peer);
      if (found && !found.ok) return found;
      const routes = desk.owner.turn((node) => node.routes(found?.result));
      return done({ routes: routes.map((route) => routeView(route, desk)) });
    },
  }) satisfies Partial<Handlers>;

function peerView(view: PeerView, desk: Desk): Peer {
  const { id, addresses, source, state, roles, rttMs, lossShare, hops, lastSeen, goodbyeAt } = view;
  return {
    id,
    name: desk.names.of(id),
    ...(addresses[0] === undefined ? {} : { address: addresses[0] }),
    source,
    state,
    roles: roles.map(cleanName),
    ...(rttMs === undefined ? {} : { rttMs }),
    ...(lossShare === undefined ? {} : { loss: lossShare }),
    ...(hops === undefined ? {} : { hops }),
    lastSeen,
    ...(goodbyeAt === undefined ? {} : { goodbyeAt }),
  };
}

function routeView({ rttMs, lossShare, ageMs, metric, ...route }: RouteView, desk: Desk): Route {
  const names = { name: desk.names.of(route.to), nextHopName: desk.names.of(route.nextHop) };
  return {
    ...route,
    ...names,
    metric: Math.round(metric),
    ageMs: Math.max(0, Math.round(ageMs)),
    ...(lossShare === undefined ? {} : { loss: lossShare }),
    ...(rttMs === undefined ? {} : { rttMs }),
  };
}
