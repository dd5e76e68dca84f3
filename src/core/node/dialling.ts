import { type Address, reach } from '../base/address.ts';
import { STRANGERS_DIALLED_MAX } from '../base/limits.ts';
import type { Instant } from '../base/time.ts';
import type { ContactRecord } from '../chat/record.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { Endpoint } from '../transport/endpoint.ts';
import { type Company, type Dialer, dialable } from './dialer.ts';
import type { Dials } from './dials.ts';
import type { PeerBook } from './peer-book.ts';
import type { EarlyPush } from './session.ts';
import type { Sessions } from './sessions.ts';

/** The protocol that nodes speak over a connection (docs/protocol.md §2). */
export const MESH_ALPN = 'quicprochat/p2p/1';

type Parts = {
  readonly dialer: Dialer;
  readonly dials: Dials;
  readonly endpoint: Endpoint;
  readonly sessions: Sessions;
  readonly peers: PeerBook;
  readonly contact: (id: NodeId) => ContactRecord | undefined;
  /** What can go with the first packet to a peer that is about to be dialled. */
  readonly early: (peer: NodeId, now: Instant) => readonly EarlyPush[];
};

/** Carries out what the dialer decides: at which addresses, with which mail in the first packet, and whether at all. */
export class Dialling {
  readonly #parts: Parts;
  readonly #company: Company;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { sessions } = parts;
    this.#company = {
      get neighbours() {
        return sessions.size;
      },
      get dialling() {
        return [...sessions.dialling()].length;
      },
    };
  }

  /** Dials whom it is time for; true when there was somebody. */
  elapse(now: Instant): boolean {
    const due = this.#parts.dialer.due(this.#company, now);
    for (const peer of due) this.#dial(peer, now);
    return due.length > 0;
  }

  /** The user says where a peer is. A call that is under way goes there too: it would ring where nobody is for a minute. */
  calledAt(peer: NodeId, addresses: readonly Address[], now: Instant): void {
    const { sessions, endpoint, dials } = this.#parts;
    const usable = addresses.filter((one) => reach(one) !== 'unusable');
    if (usable.length === 0 || ![...sessions.dialling()].includes(peer)) return;
    endpoint.callAt(peer, usable, now);
    dials.began(peer, usable, now);
  }

  #dial(peer: NodeId, now: Instant): void {
    const { dialer, dials, peers, contact, endpoint, sessions, early } = this.#parts;
    const known = peers.get(peer);
    if (!known) dialer.settled(peer);
    if (!known || contact(peer)?.blocked || sessions.isBanned(peer, now)) return;
    const addresses = dialable(known);
    if (addresses.length === 0 || sessions.isConnecting(peer)) return;
    if (this.#isStranger(peer) && this.#strangersDialled() >= STRANGERS_DIALLED_MAX) {
      dialer.failed(peer, false, now);
      return;
    }
    dials.began(peer, addresses, now);
    const pushes = early(peer, now);
    const dial = { peer, addresses, alpn: MESH_ALPN, early: pushes.map(({ push }) => push) };
    sessions.dialled(endpoint.dial(dial, now), pushes, now);
  }

  /** Whether nobody but the peer itself says where it is. */
  #isStranger(peer: NodeId): boolean {
    const { named = false, source = 'inbound' } = this.#parts.peers.get(peer) ?? {};
    return !named && (source === 'inbound' || source === 'route') && !this.#parts.contact(peer);
  }

  #strangersDialled(): number {
    return [...this.#parts.sessions.dialling()].filter((peer) => this.#isStranger(peer)).length;
  }
}
