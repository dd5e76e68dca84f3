import { type Address, address, addressParts, parseAddress, reach } from '../../core/base/address.ts';
import { ADDRESS_CACHE_MAX, ADDRESSES_ONCE_MAX } from '../../core/base/limits.ts';

/** An address as a socket wants it. */
export type SocketAddress = { readonly family: 4 | 6; readonly host: string; readonly port: number };

const NOBODY = { host: '', port: 0, address: undefined };

/**
 * Addresses in both spellings, ours and the socket's, remembered because every datagram needs one and parsing costs more than
 * sending it should.
 */
export class AddressBook {
  readonly #onV6Socket: boolean;
  readonly #parts = new Map<Address, SocketAddress | undefined>();
  /** By host, as the system writes it: the one that was sent to last. */
  readonly #addresses = new Map<string, { readonly port: number; readonly address: Address }>();
  /** Asked for once. */
  readonly #once = new Set<Address>();
  /** The last sender: most datagrams come from where the one before came from. */
  #last: { readonly host: string; readonly port: number; readonly address: Address | undefined } = NOBODY;

  /** @param onV6Socket - IPv4 hosts are then written as IPv6 ones (RFC 4291 §2.5.5.2), as a socket for both families has them. */
  constructor(onV6Socket: boolean) {
    this.#onV6Socket = onV6Socket;
  }

  /**
   * Host and port of an address. `family` is the family that the datagram travels by.
   *
   * @returns `undefined` for what no datagram may go to: a name, a port that is none, multicast, the unspecified address. A socket
   * would take some of them for this machine itself, and throws for others.
   */
  parts(of: Address): SocketAddress | undefined {
    const known = this.#parts.get(of);
    if (known !== undefined || this.#parts.has(of)) return known;
    const parts = parseAddress(of) === of && reach(of) !== 'unusable' ? this.#forSocket(of) : undefined;
    if (!this.#isBack(of)) return parts;
    if (this.#parts.size >= ADDRESS_CACHE_MAX) {
      this.#parts.clear();
      this.#addresses.clear();
    }
    this.#parts.set(of, parts);
    if (parts) this.#addresses.set(parts.host, { port: parts.port, address: of });
    return parts;
  }

  /**
   * The address of a sender, or `undefined` when nobody can be there: port 0, multicast, reserved. Only those to whom something was
   * sent twice are remembered: a flood from everywhere would fill the old part of the heap with what is never asked for again.
   */
  address(host: string, port: number): Address | undefined {
    const last = this.#last;
    if (port === last.port && host === last.host) return last.address;
    const known = this.#addresses.get(host);
    const found = known?.port === port ? known.address : senderOf(host, port);
    this.#last = { host, port, address: found };
    return found;
  }

  /** Whether this address was asked for a moment ago: those of a flood come once, and are not worth remembering. */
  #isBack(of: Address): boolean {
    if (this.#once.delete(of)) return true;
    if (this.#once.size >= ADDRESSES_ONCE_MAX) this.#once.clear();
    this.#once.add(of);
    return false;
  }

  #forSocket(of: Address): SocketAddress {
    const { family, host, port } = addressParts(of);
    return { family, host: family === 4 && this.#onV6Socket ? `::ffff:${host}` : host, port };
  }
}

function senderOf(host: string, port: number): Address | undefined {
  // The system writes IPv4 on a socket for both families in one way, and what is left is read nine times as fast.
  const plain = host.startsWith('::ffff:') && host.includes('.') ? host.slice('::ffff:'.length) : host;
  const parsed = address(plain, port);
  return parsed !== undefined && reach(parsed) !== 'unusable' ? parsed : undefined;
}
