import type { Address } from '../base/address.ts';
import { PeerError } from '../base/peer-error.ts';
import type { Instant } from '../base/time.ts';
import type { CloseFrame, Frame, FrameType } from '../wire/frame.ts';
import type { Datagrams } from './datagrams.ts';
import type { Link } from './link.ts';
import type { LocalIds } from './local-ids.ts';
import type { Streams } from './streams.ts';

/** What frames are read in: either handshake message, or a 1-RTT packet. */
export type Carrier = 'message1' | 'message2' | 'packet';

/** Where and when frames came in. */
export type Arrival = { readonly carrier: Carrier; readonly address: Address; readonly now: Instant };

/** The parts of a connection that read frames. */
export interface FrameReaders {
  readonly streams: Streams;
  readonly datagrams: Datagrams;
  readonly localIds: LocalIds;
  readonly link: Pick<Link, 'acks' | 'remoteIds' | 'paths' | 'answered' | 'observedAt'>;
  /** Both sides have proved themselves. */
  readonly confirmed: boolean;
  acknowledged(frame: Extract<Frame, { type: 'ack' }>, now: Instant): void;
  closedByPeer(frame: CloseFrame, now: Instant): void;
}

type Rule<Type extends FrameType> = {
  readonly allowedIn: readonly Carrier[];
  readonly read: (readers: FrameReaders, frame: Extract<Frame, { type: Type }>, arrival: Arrival) => void;
};

const PACKET: readonly Carrier[] = ['packet'];
const FROM_MESSAGE_2: readonly Carrier[] = ['message2', 'packet'];
const ANY: readonly Carrier[] = ['message1', 'message2', 'packet'];

const nothing = (): void => {};

/** Every frame: where it is allowed, and which part reads it (docs/protocol.md §1.1, §1.3). */
const RULES: { readonly [Type in FrameType]: Rule<Type> } = {
  'transport-parameters': { allowedIn: ['message1', 'message2'], read: nothing }, // read by the handshake itself
  ping: { allowedIn: PACKET, read: nothing },
  ack: { allowedIn: PACKET, read: (readers, frame, { now }) => readers.acknowledged(frame, now) },
  stream: { allowedIn: ANY, read: ({ streams }, frame) => streams.receive(frame) },
  'reset-stream': {
    allowedIn: PACKET,
    read: ({ streams }, { id, code, finalSize }) => streams.receiveReset(id, code, finalSize),
  },
  'stop-sending': { allowedIn: PACKET, read: ({ streams }, { id, code }) => streams.receiveStop(id, code) },
  'max-data': { allowedIn: FROM_MESSAGE_2, read: ({ streams }, { limit }) => streams.allowData(limit) },
  'max-stream-data': {
    allowedIn: FROM_MESSAGE_2,
    read: ({ streams }, { id, limit }) => streams.allowStreamData(id, limit),
  },
  'max-streams': {
    allowedIn: FROM_MESSAGE_2,
    read: ({ streams }, { kind, limit }) => streams.allowStreams(kind, limit),
  },
  'data-blocked': { allowedIn: PACKET, read: nothing },
  'stream-data-blocked': { allowedIn: PACKET, read: ({ streams }, { id }) => streams.receiveBlocked(id) },
  'streams-blocked': { allowedIn: PACKET, read: nothing },
  'new-connection-id': { allowedIn: FROM_MESSAGE_2, read: ({ link }, frame) => link.remoteIds.receive(frame) },
  'retire-connection-id': { allowedIn: PACKET, read: ({ localIds }, { sequence }) => localIds.retired(sequence) },
  'path-challenge': {
    allowedIn: PACKET,
    // A response goes back where its challenge came from (RFC 9000 §8.2.2).
    read: ({ link: { paths } }, { data }, { address }) => paths.to(address)?.challenged(data),
  },
  'path-response': { allowedIn: PACKET, read: ({ link }, { data }, { now }) => link.answered(data, now) },
  datagram: { allowedIn: PACKET, read: ({ datagrams }, { data }) => datagrams.receive(data) },
  'ack-frequency': { allowedIn: PACKET, read: ({ link }, frame) => link.acks.adapt(frame) },
  'immediate-ack': { allowedIn: PACKET, read: ({ link }, _, { now }) => link.acks.hurry(now) },
  'observed-address': { allowedIn: PACKET, read: ({ link }, frame) => link.observedAt(frame) },
  close: { allowedIn: FROM_MESSAGE_2, read: (readers, frame, { now }) => readers.closedByPeer(frame, now) },
};

/**
 * Hands each frame to its part.
 *
 * @throws PeerError when one is not allowed there, or its part objects
 */
export function readFrames(frames: readonly Frame[], readers: FrameReaders, arrival: Arrival): void {
  let acks = 0;
  for (const { type } of frames) {
    checkAllowed(type, arrival.carrier);
    // Each one is looked up in all that is under way: thousands in one packet would keep us busy for long.
    if (type === 'ack' && ++acks > 1) throw new PeerError('forbidden', 'two ACK frames in a packet');
  }
  for (const frame of frames) (RULES[frame.type] as Rule<FrameType>).read(readers, frame, arrival);
}

/** @throws PeerError('forbidden') when such a frame has no business there */
export function checkAllowed(type: FrameType, carrier: Carrier): void {
  if (!RULES[type].allowedIn.includes(carrier)) throw new PeerError('forbidden', `${type} in a ${carrier}`);
}
