import { PeerError } from '../base/peer-error.ts';
import { base32, fromBase32 } from '../bytes/base32.ts';
import { concat } from '../bytes/concat.ts';

/** What neighbours say in a DATAGRAM frame: once, and worth nothing when it comes late (docs/protocol.md §2.6). */
export type MeshDatagram = {
  readonly type: 'typing';
  /** The ChannelId of where its sender writes; absent when that is to the receiver. */
  readonly channel?: string;
};

const TYPING = 1;
const CHANNEL_BYTES = 32;

/** Its bytes: 1, or 33 for a channel. */
export function encodeMeshDatagram({ channel }: MeshDatagram): Uint8Array {
  const type = new Uint8Array([TYPING]);
  return channel === undefined ? type : concat(type, fromBase32(channel)!);
}

/**
 * Reads one; `undefined` when it is of a type that this version does not know.
 *
 * @throws PeerError('malformed')
 */
export function decodeMeshDatagram(bytes: Uint8Array): MeshDatagram | undefined {
  if (bytes.length === 0) throw new PeerError('malformed', 'a datagram of nothing');
  if (bytes[0] !== TYPING) return undefined;
  const channel = bytes.subarray(1);
  if (channel.length === 0) return { type: 'typing' };
  if (channel.length !== CHANNEL_BYTES) throw new PeerError('malformed', `a channel of ${channel.length} bytes`);
  return { type: 'typing', channel: base32(channel) };
}
