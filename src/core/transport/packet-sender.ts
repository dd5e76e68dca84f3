import type { Datagram } from '../base/address.ts';
import { earliest, type Instant } from '../base/time.ts';
import { Writer } from '../bytes/writer.ts';
import type { CloseFrame } from '../wire/frame.ts';
import type { Acks } from './acks.ts';
import type { Keys } from './keys.ts';
import type { Life } from './life.ts';
import type { Aside, Loss } from './loss.ts';
import { BASE_BYTES } from './mtu.ts';
import { PacketBuilder } from './packet-builder.ts';
import type { Path } from './path.ts';
import type { Paths } from './paths.ts';
import type { Tracing } from './tracing.ts';

/** A part of a connection that has frames to send. */
export interface FrameWriter {
  readonly isPending: boolean;
  writeFrames(builder: PacketBuilder): void;
}

/** What packets are made of, and who has to know of them. */
type Parts = {
  readonly loss: Loss;
  readonly paths: Paths;
  readonly acks: Acks;
  readonly keys: Keys;
  /** In the order in which they may write. */
  readonly writers: readonly FrameWriter[];
  /** Whether the peer takes IMMEDIATE_ACK. */
  readonly peerHurries: boolean;
  readonly tracing: Tracing | undefined;
};

/** Makes the 1-RTT packets of a connection: which one next, for which path, how large, and when. */
export class PacketSender {
  readonly #parts: Parts;
  /** The frames of one packet at a time; sealing copies them. */
  readonly #scratch = new Writer();
  /** Until when the pacer holds packets back. */
  #pacedUntil: Instant | undefined;
  /** This is no time to try larger datagrams: the next ACK may end that. */
  #mtuWaits = false;
  /** Nothing had room beside an ACK that nobody waits for: the next packet goes without. */
  #crowded = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Something has been acknowledged. */
  acknowledged(): void {
    this.#mtuWaits = false;
  }

  deadline(): Instant | undefined {
    const { current } = this.#parts.paths;
    return earliest(
      this.#pacedUntil,
      current.maySend ? this.#parts.acks.deadline : undefined,
      this.#mtuWaits ? undefined : current.mtu.deadline(),
    );
  }

  /** The next datagram: a question to another path, a larger one to see whether it passes, or all that there is to say. */
  compose(life: Life, now: Instant): Datagram | undefined {
    this.#pacedUntil = undefined;
    const { asking } = this.#parts.paths;
    return asking
      ? this.#composeQuestion(asking, life, now)
      : (this.#composeMtuProbe(life, now) ?? this.#composePacket(life, now));
  }

  composeClose(frame: CloseFrame, life: Life, now: Instant): Datagram | undefined {
    const { current } = this.#parts.paths;
    if (!current.maySend) return undefined;
    const builder = this.#newPacket(current, current.room);
    if (!builder.add(frame)) builder.add({ ...frame, detail: '' });
    return this.#send(builder, current, life, now);
  }

  /** Fills one packet from the writers, in their order, while there is room. */
  #composePacket(life: Life, now: Instant): Datagram | undefined {
    const path = this.#parts.paths.current;
    if (!path.maySend) return undefined;
    const isProbe = this.#parts.loss.probes > 0;
    const wanted = isProbe || life.pingOwed || this.#parts.writers.some((writer) => writer.isPending);
    const allowed = wanted && (isProbe || this.#mayFly(path, path.room, now));
    if (!allowed && !path.isPending && !this.#parts.acks.isDue(now)) return undefined;
    // Where all that was large has vanished, a small one still comes through and says so.
    const builder = this.#newPacket(path, isProbe ? Math.min(path.room, BASE_BYTES) : path.room);
    // Until the peer has acknowledged anything, every packet says what arrived: a client waits for that to be confirmed.
    this.#parts.acks.writeFrames(builder, this.#parts.loss.acknowledged < 0 && !this.#crowded, now);
    if (path.isPending) {
      // RFC 9000 §9.3.3: an answer over the path that is used is no mere probe, so that the peer comes back to it.
      builder.add({ type: 'ping' });
      path.writeFrames(builder);
    }
    if (allowed) {
      // What was lost may be the last there was to say: its ACK must not wait (draft-ietf-quic-ack-frequency §7).
      if (isProbe && this.#parts.peerHurries) builder.add({ type: 'immediate-ack' });
      for (const writer of this.#parts.writers) writer.writeFrames(builder);
      if (!builder.isEliciting && (isProbe || life.pingOwed)) builder.add({ type: 'ping' });
    }
    this.#crowded = allowed && !builder.isEliciting;
    return builder.isEmpty ? undefined : this.#send(builder, path, life, now);
  }

  /** PATH_CHALLENGE and PATH_RESPONSE on a path that is not used. */
  #composeQuestion(path: Path, life: Life, now: Instant): Datagram {
    const builder = this.#newPacket(path, path.room);
    path.writeFrames(builder);
    return this.#send(builder, path, life, now, 'path');
  }

  /** A datagram longer than any that the path is known to take (RFC 8899 §4.1). */
  #composeMtuProbe(life: Life, now: Instant): Datagram | undefined {
    const path = this.#parts.paths.current;
    this.#mtuWaits = this.#parts.loss.acknowledged < 0 || this.#parts.loss.timeouts > 0 || !path.isProved;
    const bytes = this.#mtuWaits ? undefined : path.mtu.probe(now);
    // It may stick out of the window, which loopback's largest would never fit at first: its loss says nothing of congestion.
    if (bytes === undefined || !this.#mayFly(path, path.mtu.bytesMax, now)) return undefined;
    const builder = this.#newPacket(path, bytes);
    builder.add({ type: 'ping' }, path.mtu, bytes);
    if (this.#parts.peerHurries) builder.add({ type: 'immediate-ack' });
    builder.padTo(bytes);
    path.mtu.probeSent(bytes);
    return this.#send(builder, path, life, now, 'mtu');
  }

  #mayFly({ flight }: Path, bytes: number, now: Instant): boolean {
    if (this.#parts.loss.isFull || !flight.hasRoom(bytes)) return false;
    this.#pacedUntil = flight.nextAt(bytes, now);
    return this.#pacedUntil === undefined;
  }

  #newPacket(path: Path, bytesMax: number): PacketBuilder {
    return new PacketBuilder({
      packetNumber: this.#parts.loss.numbers.next,
      acknowledged: this.#parts.loss.acknowledged,
      destination: this.#parts.paths.id(path),
      bytesMax,
      scratch: this.#scratch,
    });
  }

  #send(builder: PacketBuilder, path: Path, life: Life, now: Instant, aside?: Aside): Datagram {
    const bytes = builder.seal(this.#parts.keys);
    const number = builder.packetNumber;
    const packet = { number, bytes: bytes.length, sentAt: now, frames: builder.sent, path, aside };
    this.#parts.tracing?.sent(packet, builder.payload, this.#parts.keys.phase);
    this.#parts.loss.sent(packet, builder.isEliciting);
    path.sent(bytes.length);
    life.said(builder.isEliciting, now, this.#parts.loss.probeMs);
    return { address: path.address, bytes };
  }
}
