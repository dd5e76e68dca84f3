import { assert } from '../base/assert.ts';
import { PeerError } from '../base/peer-error.ts';
import type { StreamFrame, StreamId, StreamKind } from '../wire/frame.ts';
import { DEFAULT_PARAMETERS, type TransportParameters } from '../wire/transport-parameters.ts';
import type { StreamEvent } from './event.ts';
import { Flow } from './flow.ts';
import type { PacketBuilder } from './packet-builder.ts';
import { ReadyStreams } from './ready-streams.ts';
import { Stream } from './stream.ts';
import { isOpenedByClient, streamIdOf, streamIndex, streamKind } from './stream-id.ts';
import { StreamLimits } from './stream-limits.ts';
import type { WindowBudget } from './window-budget.ts';

/** A STREAM frame needs at least this much, so packets are not tried for less. */
const ROOM_MIN = 24;

/** All streams of a connection. Those that are over are forgotten; frames for them that come late are read over. */
export class Streams {
  readonly flow: Flow;
  /** Payloads that a dial begins with, until it is answered. */
  early: readonly Uint8Array[] = [];
  readonly #isClient: boolean;
  readonly #emit: (event: StreamEvent) => void;
  readonly #streams = new Map<StreamId, Stream>();
  readonly #limits = {
    bidirectional: new StreamLimits('bidirectional'),
    unidirectional: new StreamLimits('unidirectional'),
  } as const;
  /** Streams with a limit to tell, or a wish that the peer stops: these go before all data. */
  readonly #telling = new Set<Stream>();
  readonly #ready = new ReadyStreams();
  /** Streams that only wait for the connection's flow control. */
  readonly #blocked = new Set<Stream>();
  #peer: TransportParameters = DEFAULT_PARAMETERS;
  #ended = false;

  constructor(isClient: boolean, emit: (event: StreamEvent) => void, budget: WindowBudget) {
    this.#isClient = isClient;
    this.#emit = emit;
    this.flow = new Flow(budget);
  }

  /** How many streams there are. */
  get size(): number {
    return this.#streams.size;
  }

  get isPending(): boolean {
    const { bidirectional, unidirectional } = this.#limits;
    const isTelling = this.flow.isPending || bidirectional.isPending || unidirectional.isPending;
    return isTelling || this.#telling.size > 0 || !this.#ready.isEmpty;
  }

  /** Whether something was written to a stream, or its end, that the peer is not known to have. */
  get isOwed(): boolean {
    for (const { send } of this.#streams.values()) if (send?.isOwed) return true;
    return this.early.length > 0;
  }

  /** The peer has said what it allows. */
  allow(parameters: TransportParameters): void {
    this.#peer = parameters;
    this.allowData(parameters.initialMaxData);
    this.allowStreams('bidirectional', parameters.initialMaxStreamsBidi);
    this.allowStreams('unidirectional', parameters.initialMaxStreamsUni);
  }

  open(kind: StreamKind): StreamId | undefined {
    const index = this.#limits[kind].open();
    if (index === undefined) return undefined;
    const id = streamIdOf(this.#isClient, kind, index);
    this.#create(id).shown = true;
    return id;
  }

  /**
   * Opens the streams of `early`, 4, 8 and 12 (docs/protocol.md §1.1): `arrived` says which of them went out in message 1.
   * Called after `allow`; stream 0 stays free for the first `open`.
   */
  openEarly(arrived: (index: number) => boolean): void {
    const payloads = this.early;
    this.early = [];
    this.#limits.bidirectional.openEarly(payloads.length);
    for (const [i, payload] of payloads.entries()) {
      const stream = this.#create(streamIdOf(true, 'bidirectional', i + 1));
      stream.shown = true;
      assert(stream.send!.write(payload) === payload.length, 'an early payload fits into the buffer of a stream');
      stream.send!.finish();
      if (arrived(i)) {
        this.flow.spend(payload.length);
        stream.send!.arrivedEarly();
      }
      this.#changed(stream);
    }
  }

  write(id: StreamId, bytes: Uint8Array): number {
    const stream = this.#streams.get(id);
    // The owner may not have heard yet that a stream is over; what it writes then would not be sent anyway.
    if (!stream?.send || this.#ended) return bytes.length;
    const taken = stream.send.write(bytes);
    this.#changed(stream);
    return taken;
  }

  finish(id: StreamId): void {
    this.#act(id, (stream) => stream.send?.finish());
  }

  /** A higher priority goes before a lower one. */
  prioritize(id: StreamId, priority: number): void {
    this.#act(id, (stream) => {
      this.#ready.delete(stream);
      stream.priority = priority;
    });
  }

  reset(id: StreamId, code: number): void {
    this.#act(id, (stream) => stream.send?.reset(code));
  }

  stop(id: StreamId, code: number): void {
    this.#act(id, (stream) => stream.recv?.stop(code));
  }

  read(id: StreamId): { readonly bytes: Uint8Array; readonly fin: boolean } | undefined {
    const stream = this.#streams.get(id);
    if (!stream?.recv) return undefined;
    stream.announced = false;
    const got = stream.recv.read();
    if (got) this.#changed(stream);
    return got;
  }

  /** STREAM. @throws PeerError */
  receive(frame: StreamFrame): void {
    const stream = this.#receiving(frame.id);
    if (!stream?.recv) return;
    stream.recv.receive(frame);
    this.#show(stream);
    if (stream.recv.isReadable && !stream.announced) {
      stream.announced = true;
      this.#emit({ type: 'readable', stream: stream.id });
    }
    this.#changed(stream);
  }

  /** RESET_STREAM. @throws PeerError */
  receiveReset(id: StreamId, code: number, finalSize: number): void {
    const stream = this.#receiving(id);
    if (!stream?.recv) return;
    this.#show(stream);
    if (stream.recv.reset(finalSize)) this.#emit({ type: 'stream-reset', stream: id, code });
    this.#changed(stream);
  }

  /** STOP_SENDING: is answered with a reset of the same code (RFC 9000 §3.5). @throws PeerError */
  receiveStop(id: StreamId, code: number): void {
    const stream = this.#sending(id);
    if (!stream?.send) return;
    this.#show(stream);
    if (stream.send.reset(code)) this.#emit({ type: 'stream-stopped', stream: id, code });
    this.#changed(stream);
  }

  /** STREAM_DATA_BLOCKED: limits rise when data are read, not when somebody asks. @throws PeerError */
  receiveBlocked(id: StreamId): void {
    this.#receiving(id);
  }

  /** MAX_STREAM_DATA. @throws PeerError */
  allowStreamData(id: StreamId, limit: number): void {
    const stream = this.#sending(id);
    if (!stream?.send) return;
    stream.send.allow(limit);
    this.#changed(stream);
  }

  /** MAX_DATA. */
  allowData(limit: number): void {
    this.flow.allow(limit);
    for (const stream of this.#blocked) this.#ready.add(stream);
    this.#blocked.clear();
  }

  /** MAX_STREAMS. */
  allowStreams(kind: StreamKind, count: number): void {
    if (this.#limits[kind].allow(count)) this.#emit({ type: 'streams-available' });
  }

  /** The connection is over. What has arrived in order can still be read; everything else is forgotten. */
  end(): void {
    this.#ended = true;
    this.flow.end();
    for (const stream of [...this.#streams.values()]) {
      stream.ended();
      this.#changed(stream);
    }
  }

  /** Fills a packet: what is owed about limits, then one frame of each stream in turn, those of a higher priority first. */
  writeFrames(builder: PacketBuilder): void {
    this.flow.writeFrames(builder);
    for (const limits of Object.values(this.#limits)) limits.writeFrames(builder);
    for (const stream of this.#telling) {
      if (builder.room < ROOM_MIN) return;
      stream.recv!.writeFrames(builder);
      this.#changed(stream);
    }
    for (const { turns } of this.#ready.levels) {
      for (let left = turns.size; left > 0 && builder.room >= ROOM_MIN; left--) {
        const [stream] = turns;
        assert(stream?.send !== undefined, 'a stream that is ready has something to send');
        stream.send.writeFrames(builder, this.flow);
        turns.delete(stream);
        this.#changed(stream);
      }
    }
  }

  #act(id: StreamId, act: (stream: Stream) => void): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    act(stream);
    this.#changed(stream);
  }

  /** Puts a stream where it belongs after anything happened to it: out, or to those with something to send. */
  readonly #changed = (stream: Stream): void => {
    if (stream.isDone || (this.#ended && !stream.recv?.isReadable)) {
      this.#forget(stream);
      return;
    }
    if (this.#ended) return;
    if (stream.recv?.isPending) this.#telling.add(stream);
    else this.#telling.delete(stream);
    const wants = stream.send?.wants(this.flow.credit);
    if (wants === 'now') this.#ready.add(stream);
    else if (wants === 'credit') this.#blocked.add(stream);
    if (stream.send?.takeWritable()) this.#emit({ type: 'writable', stream: stream.id });
  };

  #forget(stream: Stream): void {
    if (!this.#streams.delete(stream.id)) return;
    this.#telling.delete(stream);
    this.#ready.delete(stream);
    this.#blocked.delete(stream);
    if (!stream.ours) this.#limits[streamKind(stream.id)].finished();
  }

  #show(stream: Stream): void {
    if (stream.shown) return;
    stream.shown = true;
    this.#emit({ type: 'stream', stream: stream.id });
  }

  /** The stream of a frame that its sender may only send on a stream it sends on. */
  #receiving(id: StreamId): Stream | undefined {
    const ours = this.#isOurs(id);
    if (ours && streamKind(id) === 'unidirectional') throw new PeerError('streamState', `stream ${id} is ours to send`);
    return ours ? this.#existing(id) : this.#arriving(id);
  }

  /** The stream of a frame about what we send. */
  #sending(id: StreamId): Stream | undefined {
    const ours = this.#isOurs(id);
    if (!ours && streamKind(id) === 'unidirectional') throw new PeerError('streamState', `stream ${id} is not ours`);
    return ours ? this.#existing(id) : this.#arriving(id);
  }

  #existing(id: StreamId): Stream | undefined {
    if (!this.#limits[streamKind(id)].hasOpened(streamIndex(id))) {
      throw new PeerError('streamState', `stream ${id} was not opened`);
    }
    return this.#streams.get(id);
  }

  /** RFC 9000 §3.2: a stream of the peer opens all of its kind with lower numbers. */
  #arriving(id: StreamId): Stream | undefined {
    const kind = streamKind(id);
    const limits = this.#limits[kind];
    const from = limits.theirs;
    limits.opened(streamIndex(id));
    for (let index = from; index < limits.theirs; index++) this.#create(streamIdOf(!this.#isClient, kind, index));
    return this.#streams.get(id);
  }

  #isOurs(id: StreamId): boolean {
    return isOpenedByClient(id) === this.#isClient;
  }

  #create(id: StreamId): Stream {
    const stream = new Stream({ id, ours: this.#isOurs(id), flow: this.flow, peer: this.#peer }, this.#changed);
    this.#streams.set(id, stream);
    return stream;
  }
}
