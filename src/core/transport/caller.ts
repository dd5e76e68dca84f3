import { EARLY_STREAMS_MAX } from '../base/limits.ts';
import { PeerError } from '../base/peer-error.ts';
import { equalBytes } from '../bytes/equal.ts';
import { type NodeId, parseNodeKey } from '../crypto/node-id.ts';
import { Responder } from '../crypto/noise/handshake-state.ts';
import { decodeFrames, type Frame, type StreamFrame } from '../wire/frame.ts';
import { type InitialPacket, VERSION } from '../wire/packet.ts';
import type { TransportParameters } from '../wire/transport-parameters.ts';
import { checkAllowed } from './frame-rules.ts';
import { parametersOf, prologue, type Self } from './handshake.ts';
import { isOpenedByClient, streamIndex, streamKind } from './stream-id.ts';

/** Who sent a message 1, and what it says. It proves nothing yet: it may be a replay. */
export type Caller = {
  readonly peer: NodeId;
  readonly parameters: TransportParameters;
  /** The client's id for what we send. */
  readonly remoteId: Uint8Array;
  readonly early: readonly StreamFrame[];
  /** To write message 2 with. */
  readonly noise: Responder;
};

/** Reads the message 1 of an Initial; or says why it is not one that anybody could have meant for us. */
export function readCaller(
  self: Self,
  packet: InitialPacket,
): Caller | 'initial-forged' | 'initial-malformed' | 'initial-identity' {
  const noise = new Responder({ suite: self.suite, prologue: prologue(self.key, packet.header), own: self.agreement });
  const read = noise.readMessage1(packet.message);
  if (!read) return 'initial-forged';
  const said = readPayload(read.payload);
  if (!said || !equalBytes(said.parameters.initialSourceConnectionId ?? NONE, packet.source))
    return 'initial-malformed';
  const peer = parseNodeKey(self.suite, said.parameters.nodeId ?? NONE);
  // The X25519 key alone is two Ed25519 keys: the peer is the one that it names, and that must be the same key (§0).
  if (!peer || !equalBytes(self.suite.agreementKey(said.parameters.nodeId!), read.client)) return 'initial-identity';
  if (peer === self.id) return 'initial-identity';
  return { peer, noise, remoteId: packet.source.slice(), ...said };
}

const NONE = new Uint8Array(0);

type Payload = Pick<Caller, 'parameters' | 'early'>;

/** Who wrote it is not proved, so it is nobody's fault: what does not fit is `undefined`. */
function readPayload(payload: Uint8Array): Payload | undefined {
  try {
    const frames = decodeFrames(payload);
    for (const { type } of frames) checkAllowed(type, 'message1');
    const parameters = parametersOf(frames);
    const early = frames.filter((frame) => frame.type === 'stream');
    return parameters?.versions?.chosen === VERSION && areEarly(early) ? { parameters, early } : undefined;
  } catch (error) {
    if (error instanceof PeerError) return undefined;
    throw error;
  }
}

/** Early data are whole streams: 4, 8 and 12, each once, from the first byte to the end (docs/protocol.md §1.1). */
function areEarly(frames: readonly Extract<Frame, { type: 'stream' }>[]): boolean {
  const ids = new Set(frames.map(({ id }) => id));
  return (
    ids.size === frames.length &&
    frames.every(
      ({ id, offset, fin }) =>
        isOpenedByClient(id) &&
        streamKind(id) === 'bidirectional' &&
        streamIndex(id) >= 1 &&
        streamIndex(id) <= EARLY_STREAMS_MAX &&
        offset === 0 &&
        fin,
    )
  );
}
