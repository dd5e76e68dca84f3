import { type Address, parseAddress } from '../base/address.ts';
import { fromHex, hex } from '../bytes/hex.ts';
import { type NodeId, nodeIdBytes, parseNodeId } from '../crypto/node-id.ts';
import type { Suite } from '../crypto/suite.ts';
import { checksum, parseQuery, type Query, unescaped } from './uri.ts';

/** What one person hands another so that they can write to each other (docs/protocol.md §0). */
export type Contact = {
  readonly id: NodeId;
  /** The name that its owner chose: text from a stranger. */
  readonly name?: string;
  /** The mesh it lives in: `networkTag`, 16 bytes. */
  readonly network?: Uint8Array;
  /** Where it may be found. */
  readonly at: readonly Address[];
  /** Hubs that take mail for it. */
  readonly via: readonly Hub[];
};

/** A node that takes mail for others, and where it is. */
type Hub = { readonly id: NodeId; readonly address: Address };

/** Why a text is no contact: a person's mistake, to be put into words by a screen. */
export type ContactFault =
  /** Neither a contact URI nor an id. */
  | 'not-a-contact'
  /** An id that is no valid key: a letter is wrong or missing. */
  | 'bad-id'
  /** The checksum does not fit the id: a letter is wrong. */
  | 'bad-checksum'
  /** Made by a newer qpc. */
  | 'newer-version'
  /** A parameter that does not parse or stands twice. */
  | 'bad-parameter';

/** How many `at` and how many `via` a URI may have; what comes after them is passed over. */
const ADDRESSES_MAX = 8;

/** `qpc:<id>?v=1&c=…`, with all that is known. */
export function formatContact(suite: Suite, { id, name, network, at, via }: Contact): string {
  const parameters = [`v=1&c=${contactChecksum(suite, id)}`];
  if (name !== undefined && name !== '') parameters.push(`name=${encodeURIComponent(name.toWellFormed())}`);
  if (network) parameters.push(`net=${hex(network)}`);
  for (const address of at.slice(0, ADDRESSES_MAX)) parameters.push(`at=${escaped(address)}`);
  for (const hub of via.slice(0, ADDRESSES_MAX)) parameters.push(`via=${hub.id}@${escaped(hub.address)}`);
  return `qpc:${id}?${parameters.join('&')}`;
}

/** What a QR code holds: capitals only, so that it can use the dense alphanumeric mode. */
export const qrText = (id: NodeId): string => `QPC:${id.toUpperCase()}`;

/**
 * Reads a contact URI, the text of a QR code or a bare id, without regard to the case of scheme and id. Addresses are literal:
 * what does not parse as one is passed over, because another kind may come. So are parameters that we do not know.
 */
export function parseContact(suite: Suite, text: string): Contact | ContactFault {
  const match = /^(?:qpc:)?([a-z0-9]+)(?:\?(.*))?$/is.exec(text.trim());
  if (!match || (match[1]!.length !== 52 && !/^qpc:/i.test(text.trim()))) return 'not-a-contact';
  const id = parseNodeId(suite, match[1]!);
  if (!id) return 'bad-id';
  if (match[2] === undefined) return { id, at: [], via: [] };
  const query = parseQuery(match[2]);
  return query ? withParameters(suite, id, query) : 'bad-parameter';
}

function withParameters(suite: Suite, id: NodeId, query: Query): Contact | ContactFault {
  const one = (key: string) => query.get(key)?.[0];
  if (one('v') !== undefined && one('v') !== '1') return 'newer-version';
  for (const key of ['v', 'c', 'name', 'net']) if ((query.get(key)?.length ?? 0) > 1) return 'bad-parameter';
  if (one('v') === undefined || one('c') === undefined) return 'bad-parameter';
  if (one('c')?.toLowerCase() !== contactChecksum(suite, id)) return 'bad-checksum';
  const name = unescaped(one('name') ?? '');
  const network = fromHex(one('net') ?? '');
  if (name === undefined || network === undefined || ![0, 16].includes(network.length)) return 'bad-parameter';
  return {
    id,
    ...(name !== '' && { name }),
    ...(network.length > 0 && { network }),
    at: (query.get('at') ?? [])
      .slice(0, ADDRESSES_MAX)
      .flatMap((address) => parseAddress(unescaped(address) ?? '') ?? []),
    via: (query.get('via') ?? []).slice(0, ADDRESSES_MAX).flatMap((hub) => parseHub(suite, hub) ?? []),
  };
}

function parseHub(suite: Suite, text: string): Hub | undefined {
  const [left = '', right = ''] = text.split('@', 2);
  const id = parseNodeId(suite, left);
  const address = parseAddress(unescaped(right) ?? '');
  return id && address && { id, address };
}

/** An IPv6 zone is the only thing in an address that needs an escape. */
const escaped = (address: Address): string => address.replaceAll('%', '%25');

const contactChecksum = (suite: Suite, id: NodeId): string => checksum(suite, 'qpc uri v1', nodeIdBytes(id));
