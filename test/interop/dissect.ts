import { fromHex, hex } from '../../src/core/bytes/hex.ts';
import { decodeFrames, type Frame } from '../../src/core/wire/frame.ts';
import { CONNECTION_ID_BYTES, decodeShort, type PacketKind, packetKind } from '../../src/core/wire/packet.ts';
import { PacketReader } from './key-log.ts';
import type { Direction, Sighting } from './sighting.ts';

/** A 1-RTT packet that was read. */
export type SeenPacket = {
  readonly number: number;
  /** How often its sender's keys had been renewed. */
  readonly generation: number;
  readonly frames: readonly Frame[];
};

/** A datagram that crossed the cable, with what is in it. Ids are in hexadecimal. */
export type Seen = Readonly<Sighting> & {
  readonly kind: PacketKind | undefined;
  readonly destination: string;
  /** Of a long header. */
  readonly source: string | undefined;
  /** Length of the token of an Initial. */
  readonly tokenBytes: number;
  /** Which connection it belongs to: the client's first id; `undefined` for what nobody's keys open. */
  readonly connection: string | undefined;
  readonly packets: readonly SeenPacket[];
};

/**
 * Reads a capture with the traffic secrets of both sides, as tshark does for the interop runner. Which secret is whose is found by
 * trying: a connection id that is new is tried against all.
 */
export function dissect(capture: readonly Sighting[], secrets: Iterable<string>): readonly Seen[] {
  const keys = new KeyRing(secrets);
  return capture.map((sighting) => {
    const { bytes, direction } = sighting;
    const kind = packetKind(bytes);
    if (kind === 'short') return { ...sighting, kind, ...NO_LONG_HEADER, ...keys.read(bytes, direction) };
    const long = longHeader(bytes);
    const client = kind === 'initial' ? long.source : long.destination;
    if (kind === 'initial') keys.belongs('down', client, client);
    if (kind === 'handshake') keys.belongs('up', long.source, client);
    return { ...sighting, kind, ...long, connection: client, packets: [] };
  });
}

const NO_LONG_HEADER = { source: undefined, tokenBytes: 0 } as const;

function longHeader(bytes: Uint8Array): { destination: string; source: string; tokenBytes: number } {
  const idAt = (at: number): string => hex(bytes.subarray(at, at + CONNECTION_ID_BYTES));
  const tokenAt = 5 + 2 * (1 + CONNECTION_ID_BYTES);
  // Tokens are shorter than 64 or two length bytes say so; which of both is all that matters here.
  const tokenBytes = packetKind(bytes) === 'initial' ? bytes[tokenAt]! : 0;
  return { destination: idAt(6), source: idAt(6 + CONNECTION_ID_BYTES + 1), tokenBytes };
}

type Key = { readonly reader: PacketReader; direction: Direction | undefined; connection: string | undefined };

/** All readers there are, and which connection ids they were found to belong to. */
class KeyRing {
  readonly #keys: readonly Key[];
  readonly #byId = new Map<string, Key>();
  readonly #connections = new Map<string, string>();

  constructor(secrets: Iterable<string>) {
    this.#keys = [...new Set(secrets)].map((secret) => ({
      reader: new PacketReader(fromHex(secret)!),
      direction: undefined,
      connection: undefined,
    }));
  }

  /** An id that a long header gave to a connection, for what goes in this direction. */
  belongs(direction: Direction, id: string, connection: string): void {
    this.#connections.set(`${direction} ${id}`, connection);
  }

  read(bytes: Uint8Array, direction: Direction): Pick<Seen, 'destination' | 'connection' | 'packets'> {
    const destination = hex(bytes.subarray(1, 1 + CONNECTION_ID_BYTES));
    const packets: SeenPacket[] = [];
    let connection: string | undefined;
    for (let next = decodeShort(bytes, 0); next; next = decodeShort(bytes, next.next)) {
      const id = `${direction} ${destination}`;
      const known = this.#byId.get(id);
      const candidates = known ? [known] : this.#keys.filter((key) => (key.direction ?? direction) === direction);
      for (const key of candidates) {
        const read = key.reader.read(next.packet);
        if (!read) continue;
        this.#byId.set(id, key);
        key.direction = direction;
        key.connection ??= this.#connections.get(id);
        connection = key.connection;
        packets.push({ number: read.number, generation: read.generation, frames: decodeFrames(read.payload) });
        break;
      }
    }
    return { destination, connection, packets };
  }
}
