import { DATAGRAM_FRAME_BYTES_MAX, DATAGRAMS_QUEUED_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import { varintLength } from '../bytes/varint.ts';
import type { PacketBuilder } from './packet-builder.ts';
import type { FrameWriter } from './packet-sender.ts';

/**
 * What became of bytes to be sent as a datagram. `too large`: for the peer, or for the way to it as it is now. `unsupported`: the
 * peer takes none, or has not said yet what it takes.
 */
export type DatagramSent = 'queued' | 'too large' | 'unsupported' | 'closed';

/**
 * Datagrams of a connection (RFC 9221): encrypted and congestion controlled like streams, and sent once. They are for what is worth
 * nothing when it comes late; so when more wait than may, the oldest is dropped.
 */
export class Datagrams implements FrameWriter {
  readonly #received: (data: Uint8Array) => void;
  #packetRoom: () => number = () => 0;
  readonly #queue: Uint8Array[] = [];
  #frameBytesMax = 0;
  #dropped = 0;

  /** @param received - told of each that arrives; the bytes are its own */
  constructor(received: (data: Uint8Array) => void) {
    this.#received = received;
  }

  /** How many were taken and never sent: too many waited, or the way to the peer takes only smaller ones now. */
  get dropped(): number {
    return this.#dropped;
  }

  get isPending(): boolean {
    return this.#queue.length > 0;
  }

  /** The peer has said how large a frame it takes, in bytes; 0 is none. `packetRoom` is how many an empty packet holds at the moment. */
  allow(frameBytesMax: number, packetRoom: () => number): void {
    this.#frameBytesMax = frameBytesMax;
    this.#packetRoom = packetRoom;
  }

  /** Takes bytes to send, which must not be changed afterwards. */
  send(data: Uint8Array): DatagramSent {
    if (this.#frameBytesMax === 0) return 'unsupported';
    if (frameBytes(data) > Math.min(this.#frameBytesMax, this.#packetRoom())) return 'too large';
    this.#queue.push(data);
    if (this.#queue.length > DATAGRAMS_QUEUED_MAX) this.#drop();
    return 'queued';
  }

  /** DATAGRAM. @throws PeerError('forbidden') when it is larger than we said that we take (RFC 9221 §3) */
  receive(data: Uint8Array): void {
    // Its length may have been left out.
    if (1 + data.length > DATAGRAM_FRAME_BYTES_MAX)
      throw new PeerError('forbidden', `a datagram of ${data.length} bytes`);
    this.#received(data.slice());
  }

  /** The connection is over. */
  end(): void {
    this.#queue.length = 0;
  }

  /** Adds as many as fit, oldest first. */
  writeFrames(builder: PacketBuilder): void {
    for (let data = this.#queue[0]; data; data = this.#queue[0]) {
      if (frameBytes(data) > this.#packetRoom()) this.#drop();
      else if (builder.add({ type: 'datagram', data })) this.#queue.shift();
      else return;
    }
  }

  #drop(): void {
    this.#queue.shift();
    this.#dropped++;
  }
}

/** How long a DATAGRAM frame with these bytes and their length is: what max_datagram_frame_size speaks of (RFC 9221 §3). */
const frameBytes = ({ length }: Uint8Array): number => 1 + varintLength(length) + length;
