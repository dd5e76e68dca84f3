import type { Address, Datagram } from '../base/address.ts';
import { assert } from '../base/assert.ts';
import { HANDSHAKE_RESEND_MS } from '../base/limits.ts';
import { type CloseReason, closeReason, PeerError } from '../base/peer-error.ts';
import { earliest, type Instant } from '../base/time.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { CloseFrame, Frame } from '../wire/frame.ts';
import type { ShortPacket } from '../wire/packet.ts';
import { DataAccess } from './data-access.ts';
import type { Dial } from './dial.ts';
import type { Contender } from './duplicates.ts';
import type { ConnectionEvent, TransportEvent } from './event.ts';
import { type Arrival, type FrameReaders, readFrames } from './frame-rules.ts';
import { Life } from './life.ts';
import { type Established, Link } from './link.ts';
import { LocalIds } from './local-ids.ts';
import { Proof } from './proof.ts';
import type { Shell } from './shell.ts';

/** One encrypted connection to one peer (docs/protocol.md §1): the parts that do the work, and who is asked when. */
export class Connection extends DataAccess implements Contender, FrameReaders {
  readonly peer: NodeId;
  /** What is spoken on it. */
  readonly alpn: string;
  readonly startedAt: Instant;
  readonly localIds: LocalIds;
  readonly #shell: Shell;
  readonly #life: Life;
  /** While dialling. */
  #dial: Dial | undefined;
  /** From the moment there are keys. */
  #link: Link | undefined;
  #address: Address;
  #confirmedAt: Instant | undefined;
  /** Of a server, until it is confirmed. */
  #proof: Proof | undefined;
  /** The owner has heard of this connection. */
  #shown: boolean;

  constructor(
    options: Pick<Connection, 'peer' | 'initiator' | 'alpn' | 'address'> & { readonly shell: Shell },
    now: Instant,
  ) {
    const { shell, peer, initiator, alpn } = options;
    super(initiator, shell.windows);
    this.#shell = shell;
    this.peer = peer;
    this.alpn = alpn;
    this.startedAt = now;
    this.#address = options.address;
    this.#shown = initiator;
    this.#life = new Life(initiator, now);
    this.localIds = new LocalIds({ newId: () => shell.newId(this), forgetId: (id) => shell.forgetId(id) });
  }

  /** Both sides have proved themselves. */
  get confirmed(): boolean {
    return this.#confirmedAt !== undefined;
  }

  get confirmedAt(): Instant | undefined {
    return this.#confirmedAt;
  }

  get closed(): boolean {
    return this.#life.isOver;
  }

  /** It only finishes its streams, for another connection to this peer stays. */
  get retiring(): boolean {
    return this.#life.isRetiring;
  }

  /** Where datagrams go; while dialling, the first address that is tried. */
  get address(): Address {
    return this.#address;
  }

  /** Smoothed round-trip time; `undefined` until it has been measured. */
  get rttMs(): number | undefined {
    return this.#link?.rttMs;
  }

  /** Ends it, and tells the peer if the peer may know of it. `detail` is for its log. */
  close(reason: CloseReason, detail: string, now: Instant): void {
    if (this.closed) return;
    // A half-open connection is silent, and a dial without an answer has nobody to tell.
    if (this.#link && (this.initiator || this.confirmed)) this.#life.close(reason, detail, now, this.#probeMs);
    else this.#life.end();
    this.#ended(reason, detail, false, now);
  }

  /** Begins as a dial. */
  dial(dial: Dial): void {
    this.#dial = dial;
    this.streams.early = dial.early;
    this.wake();
  }

  /** Begins as the answer to a message 1, whose other frames are `early`. */
  accept(established: Established, early: readonly Frame[], now: Instant): void {
    this.#establish(established);
    this.#proof = new Proof(established.address, now);
    readFrames(early, this, { carrier: 'message1', address: established.address, now });
  }

  /** Another copy of message 1 was answered by another copy of message 2. */
  answeredAgain(address: Address, provingUntil: Instant): void {
    this.#proof?.answered(address);
    this.#life.mayProveUntil(provingUntil);
  }

  /** A Retry or a Handshake packet. @returns whether it was of any use. */
  receiveHandshake(datagram: Datagram, isRetry: boolean, now: Instant): boolean {
    const dial = this.#dial;
    if (!dial) return false;
    return this.#guard(now, () => (isRetry ? dial.receiveRetry(datagram, now) : this.#answered(dial, datagram, now)));
  }

  /** A 1-RTT packet. @returns whether the peer made it. */
  receive(packet: ShortPacket, address: Address, now: Instant): boolean {
    const link = this.#link;
    if (!this.closed)
      return link !== undefined && this.#guard(now, () => this.#receive(link, packet, { address, now }));
    this.#life.heardWhileClosing();
    this.wake();
    return true;
  }

  /** Whether the last 16 bytes of a datagram say that the peer has forgotten this connection (RFC 9000 §10.3). */
  receiveReset(token: Uint8Array, now: Instant): boolean {
    if (this.closed || !this.#link?.remoteIds.isResetToken(token)) return false;
    this.#life.drain(now, this.#probeMs);
    this.#ended('reset', '', true, now);
    return true;
  }

  /** Does something to its packets, once it is confirmed: newer keys, other addresses. */
  steer(act: (link: Link) => void): void {
    if (!this.confirmed || this.closed) return;
    act(this.link);
    this.wake();
  }

  /** Either side may have moved, the peer to `at`: a dial calls again at once, and there too; an open connection asks whether its peer is still reached. */
  networkChanged(now: Instant, at: readonly Address[] = []): void {
    this.#dial?.again(now, at);
    this.steer((link) => link.networkChanged(now));
  }

  /** Another connection to this peer stays: finish what is begun, and go. */
  retire(now: Instant): void {
    this.#life.retire(now);
    if (!this.#link || this.streams.size === 0) this.close('duplicate', '', now);
    this.wake();
  }

  deadline(): Instant | undefined {
    return this.closed
      ? this.#life.deadline()
      : earliest(this.#life.deadline(), this.finishBy, this.#dial?.deadline(), this.#link?.deadline());
  }

  elapse(now: Instant): void {
    const over = this.#life.elapse(now);
    if (over === 'forget' || over === 'idle') this.#life.end();
    if (over === 'forget') this.#shell.gone(this, now);
    else if (over === 'idle') this.#ended('idle', '', false, now);
    else if (over) this.close(over, over === 'unreachable' ? 'no answer in time' : '', now);
    if (this.closed) return;
    this.#dial?.elapse(now);
    const broken = this.#link?.elapse(now);
    if (broken) this.close(broken, '', now);
    this.closeIfFinished(now);
    this.wake();
  }

  pollTransmit(now: Instant): Datagram | undefined {
    const { state } = this.#life;
    switch (state.name) {
      case 'dialling':
        return this.#dial?.pollTransmit();
      case 'proving':
      case 'open':
        // A server is silent until its client has proved itself.
        return this.#proof ? undefined : this.link.compose(this.#life, now);
      case 'closing':
        return this.#life.takeCloseOwed() ? this.link.composeClose(state.frame, this.#life, now) : undefined;
      case 'draining':
      case 'closed':
        return undefined;
    }
  }

  protected override wake(): void {
    this.#shell.wake(this);
  }

  get link(): Link {
    assert(this.#link !== undefined, 'packets are read and written when there are keys');
    return this.#link;
  }

  acknowledged(frame: Extract<Frame, { type: 'ack' }>, now: Instant): void {
    if (this.link.acknowledged(frame, now) && !this.confirmed) this.#confirm(now);
  }

  closedByPeer(frame: CloseFrame, now: Instant): void {
    if (this.closed) return;
    if (this.confirmed) this.#life.drain(now, this.#probeMs);
    else this.#life.end();
    this.#ended(closeReason(frame.code), frame.detail, true, now);
  }

  get #probeMs(): number {
    return this.#link?.loss.probeMs ?? HANDSHAKE_RESEND_MS;
  }

  #answered(dial: Dial, datagram: Datagram, now: Instant): boolean {
    const answer = dial.receiveHandshake(datagram, now);
    if (!answer) return false;
    const link = this.#establish(answer);
    if (answer.rttMs !== undefined) link.measured(answer.rttMs);
    this.#dial = undefined;
    this.streams.openEarly((index) => answer.arrived.has(index));
    this.#life.answered();
    readFrames(answer.frames, this, { carrier: 'message2', address: answer.address, now });
    return true;
  }

  #establish(established: Established): Link {
    const writers = [this.localIds, this.data];
    this.#link = new Link(established, this.#shell, { writers, moved: this.#moveTo, tell: this.tell });
    this.#life.agreeIdle(established.parameters.maxIdleTimeoutMs);
    this.allow(established.parameters, () => this.link.packetRoom);
    this.#moveTo(established.address);
    return this.#link;
  }

  #receive(link: Link, packet: ShortPacket, arrival: Omit<Arrival, 'carrier'>): boolean {
    const { address, now } = arrival;
    const opened = link.open(packet, now);
    if (!opened || opened === 'duplicate') return opened !== undefined;
    if (this.#proof) {
      // The client has shown that it has the keys, so its message 1 was no replay. This acknowledges message 2.
      link.proved(this.#proof, address, now);
      this.#proof = undefined;
      this.#confirm(now);
    }
    this.#life.heard(now, this.#probeMs);
    link.read(opened, packet.bytes.length, this, { ...arrival, carrier: 'packet' });
    return true;
  }

  #confirm(now: Instant): void {
    this.#confirmedAt = now;
    this.#life.confirmed(now, this.#probeMs);
    this.localIds.issueSpares(this.link.activeIdsMax);
    this.link.confirmed();
    if (this.#shell.confirmed(this, now)) this.#emit({ type: 'confirmed', connection: this });
  }

  readonly #moveTo = (address: Address): void => {
    this.#shell.moved(this, this.#address, address);
    this.#address = address;
  };

  protected override readonly tell = (event: ConnectionEvent): void => this.#emit({ ...event, connection: this });

  /** The one place where a broken protocol is caught. */
  #guard(now: Instant, act: () => boolean): boolean {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      this.close(error.reason, error.message, now);
      return true;
    } finally {
      this.closeIfFinished(now);
      this.wake();
    }
  }

  #emit(event: TransportEvent): void {
    if (this.closed) return;
    this.#shown = true;
    this.#shell.emit(event);
  }

  #ended(reason: CloseReason, detail: string, byPeer: boolean, now: Instant): void {
    this.#dial = undefined;
    this.endData();
    // A half-open connection that showed nothing was never there.
    if (this.#shown) this.#shell.ended({ type: 'closed', connection: this, reason, detail, byPeer }, now);
    if (this.#life.state.name === 'closed') this.#shell.gone(this, now);
    else this.wake();
  }
}
