import { concat } from '../../src/core/bytes/concat.ts';
import type { Connection } from '../../src/core/transport/connection.ts';
import type { StreamId, TransportEvent } from '../../src/core/transport/event.ts';
import type { Side } from '../support/pair.ts';

/** What happened is not what must: the message says what. */
export class WalkError extends Error {
  override readonly name = 'WalkError';
}

/** What one end writes on a stream. */
type Written = { bytes: number; finished: boolean; givenUp: boolean };

/** What came out of a stream, and from whose ledger its bytes are. */
type Read = { head: Uint8Array; bytes: number; end: 'fin' | 'reset' | undefined; stopped: boolean };

/** A stream begins with the number of its writer's ledger. */
const NUMBER_BYTES = 4;

const NOTHING = new Uint8Array(0);

/** All ledgers of a walk, by their numbers; those of endpoints that were restarted too: their bytes are still under way. */
export type Ledgers = readonly Ledger[];

/**
 * What one end of a connection wrote, read and was told. Every byte of a stream follows from the ledger of its writer, the stream and
 * the place, so that bytes that are lost, doubled, or of another stream are noticed as they are read.
 */
export class Ledger {
  readonly side: Side;
  readonly number: number;
  /** The peer has a key of its own, and says anything: what it writes means nothing. */
  readonly isHostile: boolean;
  readonly #ledgers: Ledgers;
  readonly #written = new Map<StreamId, Written>();
  readonly #read = new Map<StreamId, Read>();
  readonly #datagramsRead = new Set<number>();
  #datagramsSent = 0;
  #confirmed = false;
  #closed = false;

  constructor(side: Side, ledgers: Ledger[], isHostile: boolean) {
    this.side = side;
    this.number = ledgers.length;
    this.isHostile = isHostile;
    this.#ledgers = ledgers;
    ledgers.push(this);
  }

  get bytesRead(): number {
    return [...this.#read.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get streamsRead(): number {
    return [...this.#read.values()].filter(({ end }) => end === 'fin').length;
  }

  /** Streams that this end may do something with. */
  get streams(): StreamId[] {
    return [...new Set([...this.#written.keys(), ...this.#read.keys()])];
  }

  /** A payload that goes with the dial, on a stream that is finished with it. */
  early(id: StreamId, length: number): Uint8Array {
    this.#written.set(id, { bytes: length, finished: true, givenUp: false });
    this.#read.set(id, { head: NOTHING, bytes: 0, end: undefined, stopped: false });
    return content(this.number, id, 0, length);
  }

  open(connection: Connection, kind: 'bidirectional' | 'unidirectional'): void {
    const id = connection.openStream(kind);
    if (id === undefined) return;
    if (this.#written.has(id)) throw new WalkError(`stream ${id} is opened twice`);
    this.#written.set(id, { bytes: 0, finished: false, givenUp: false });
    if (kind === 'bidirectional') this.#read.set(id, { head: NOTHING, bytes: 0, end: undefined, stopped: false });
  }

  write(connection: Connection, id: StreamId, length: number): void {
    const to = this.#written.get(id);
    if (!to || to.finished) return;
    const taken = connection.write(id, content(this.number, id, to.bytes, length));
    if (taken < 0 || taken > length) throw new WalkError(`${taken} of ${length} bytes taken`);
    to.bytes += taken;
  }

  finish(connection: Connection, id: StreamId): void {
    const to = this.#written.get(id);
    if (!to) return;
    to.finished = true;
    connection.finish(id);
  }

  reset(connection: Connection, id: StreamId, code: number): void {
    const to = this.#written.get(id);
    if (!to) return;
    to.givenUp = true;
    connection.resetStream(id, code);
  }

  stop(connection: Connection, id: StreamId, code: number): void {
    const from = this.#read.get(id);
    if (!from) return;
    from.stopped = true;
    connection.stopSending(id, code);
  }

  /** Sends a datagram that says whose it is, and which. */
  datagram(connection: Connection, length: number): void {
    const which = this.#datagramsSent;
    if (connection.sendDatagram(datagram(this.number, which, length)) === 'queued') this.#datagramsSent++;
  }

  read(connection: Connection, id: StreamId): void {
    const from = this.#read.get(id);
    for (let got = connection.read(id); got; got = connection.read(id)) {
      if (!from) throw new WalkError(`stream ${id} is read, and nobody was told of it`);
      if (got.bytes.length === 0 && !got.fin) throw new WalkError(`stream ${id} gives nothing, and says so`);
      if (from.end !== undefined) throw new WalkError(`stream ${id} gives more after its ${from.end}`);
      if (!this.isHostile) this.#check(id, from, got.bytes, got.fin);
      from.bytes += got.bytes.length;
      if (got.fin) from.end = 'fin';
    }
  }

  heard(event: TransportEvent): void {
    if (this.#closed) throw new WalkError(`${event.type} after closed`);
    switch (event.type) {
      case 'confirmed':
        if (this.#confirmed) throw new WalkError('confirmed twice');
        this.#confirmed = true;
        break;
      case 'closed':
        this.#closed = true;
        break;
      case 'stream':
        if (this.#read.has(event.stream)) throw new WalkError(`stream ${event.stream} is told twice`);
        this.#read.set(event.stream, { head: NOTHING, bytes: 0, end: undefined, stopped: false });
        // Its lowest bits: 0 and 1 go both ways (RFC 9000 §2.1).
        if (event.stream % 4 < 2) this.#written.set(event.stream, { bytes: 0, finished: false, givenUp: false });
        break;
      case 'stream-reset': {
        const from = this.#read.get(event.stream);
        if (from?.end !== undefined) throw new WalkError(`stream ${event.stream} is reset after its ${from.end}`);
        if (from) from.end = 'reset';
        break;
      }
      case 'datagram':
        if (!this.isHostile) this.#checkDatagram(event.data);
        break;
      case 'stream-stopped': {
        const to = this.#written.get(event.stream);
        if (to) to.givenUp = true;
        break;
      }
    }
  }

  /** What this end finished, and nobody gave up, has come out whole at the other. */
  checkComplete(): void {
    if (this.isHostile) return;
    for (const [id, { bytes, finished, givenUp }] of this.#written) {
      if (!finished || givenUp) continue;
      const isOver = this.#ledgers.some((other) => other.side !== this.side && other.#isOver(this, id));
      if (!isOver) throw new WalkError(`${this.side.name}: stream ${id} of ${bytes} bytes never came to its end`);
    }
  }

  /** Whether this end has read all of a stream of that writer, or does not want it. */
  #isOver(writer: Ledger, id: StreamId): boolean {
    const from = this.#read.get(id);
    const source = sourceOf(from);
    // Of one that is stopped unread, and of one of a byte or two, it does not show whose it was.
    return from !== undefined && (source ?? writer.number) === writer.number && (from.end === 'fin' || from.stopped);
  }

  #checkDatagram(data: Uint8Array): void {
    if (data.length < 2 * NUMBER_BYTES) throw new WalkError('a datagram was cut');
    const view = new DataView(data.buffer, data.byteOffset);
    const [from, which] = [this.#ledgers[view.getUint32(0)], view.getUint32(NUMBER_BYTES)];
    if (!from || from.side === this.side || which >= from.#datagramsSent)
      throw new WalkError('nobody sent this datagram');
    if (Buffer.compare(data, datagram(from.number, which, data.length - 2 * NUMBER_BYTES)) !== 0)
      throw new WalkError('a datagram is not what it was');
    if (this.#datagramsRead.has(which)) throw new WalkError(`datagram ${which} came twice`);
    this.#datagramsRead.add(which);
  }

  #check(id: StreamId, from: Read, bytes: Uint8Array, fin: boolean): void {
    if (from.head.length < NUMBER_BYTES)
      from.head = concat(from.head, bytes.subarray(0, NUMBER_BYTES - from.head.length));
    const source = sourceOf(from);
    if (source === undefined) return;
    const end = from.bytes + bytes.length;
    const writer = this.#ledgers[source];
    if (!writer) throw new WalkError(`stream ${id} says that it is from nobody`);
    const written = writer.#written.get(id);
    if (writer.side === this.side || !written) throw new WalkError(`stream ${id} has bytes that nobody wrote`);
    if (end > written.bytes) throw new WalkError(`stream ${id} gives ${end} bytes of ${written.bytes}`);
    if (fin && (end !== written.bytes || !written.finished)) throw new WalkError(`stream ${id} ends at ${end}`);
    if (Buffer.compare(bytes, content(writer.number, id, from.bytes, bytes.length)) !== 0)
      throw new WalkError(`stream ${id} gives other bytes than were written`);
  }
}

/** The ledger that a stream is written from, when so much of it has been read. */
const sourceOf = (from: Read | undefined): number | undefined =>
  from?.head.length === NUMBER_BYTES ? new DataView(from.head.buffer, from.head.byteOffset).getUint32(0) : undefined;

/** A datagram of a ledger: its number, which one it is, and bytes that follow from both. */
function datagram(number: number, which: number, length: number): Uint8Array {
  const bytes = new Uint8Array(2 * NUMBER_BYTES + length).map((_, i) => number * 17 + which * 31 + i);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, number);
  view.setUint32(NUMBER_BYTES, which);
  return bytes;
}

/** What the writer with this number has on a stream, from a place on. */
function content(number: number, id: StreamId, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const place = offset + i;
    bytes[i] = place < NUMBER_BYTES ? number >>> (8 * (3 - place)) : number * 131 + id * 31 + place * 7 + (place >> 8);
  }
  return bytes;
}
