import { hostname } from 'node:os';
import { type Address, address, addressParts, parseAddress } from '../../core/base/address.ts';
import { MDNS_VALUE_BYTES_MAX } from '../../core/base/limits.ts';
import { fromUtf8, utf8 } from '../../core/bytes/utf8.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';

/** What a node says of itself by mDNS (docs/protocol.md §5). */
export type Announcement = {
  readonly id: NodeId;
  readonly name: string;
  /** The first 8 hexadecimal digits of the network's hash: other meshes are not dialled. */
  readonly networkTag8: string;
  /** The UDP port that it listens on. */
  readonly port: number;
  /** `host:port` to announce in place of this machine's name and that port. */
  readonly announce?: string | undefined;
  readonly domain?: string | undefined;
};

/** What somebody claims by mDNS, as far as it makes sense. Only a handshake proves any of it. */
export type Claim = {
  readonly id: NodeId;
  readonly name: string;
  /** Where it may be, all of them on our link or the sender itself; best first. */
  readonly addresses: readonly Address[];
};

/** Why an answer is no claim for us; counted by these words. */
export type ClaimRefusal =
  | 'no text'
  | 'bad text'
  | 'other version'
  | 'other network'
  | 'bad id'
  | 'bad server'
  | 'nowhere on this link';

/** An answer as the library reads it. */
export type Answer = {
  readonly name?: unknown;
  readonly port?: unknown;
  readonly rawTxt?: unknown;
  readonly addresses?: readonly unknown[];
  readonly referer?: { readonly address: string };
};

/** The instance name of a node: mDNS labels end at 63 bytes, and nobody reads 52 letters. */
export const instanceName = (id: NodeId): string => id.slice(0, 16);

/** The name of this machine in mDNS: one label, of letters, digits and hyphens. */
export const localHost = (): string =>
  `${
    hostname()
      .split('.', 1)[0]!
      .replace(/[^a-z0-9-]/gi, '-')
      .slice(0, 63) || 'qpc'
  }.local`;

/** The values of our TXT record. What would be too long is cut, or left out where a part of it would be wrong. */
export function textOf({ id, name, networkTag8, port, announce, domain }: Announcement): Record<string, string> {
  return {
    ver: '1',
    server: announce !== undefined && fits(announce) ? announce : `${localHost()}:${port}`,
    ...(domain && fits(domain) && { domain }),
    id,
    name: cut(name),
    net: networkTag8,
  };
}

/**
 * Reads an answer: everything in it is a stranger's, and the record is taken whole or not at all.
 *
 * @param ours - how an id is read, and which network is ours
 * @param link - whose hosts alone are dialled
 */
export function readClaim(
  answer: Answer,
  ours: { readonly parseId: (text: string) => NodeId | undefined; readonly networkTag8: string },
  link: { readonly onLink: (host: string) => boolean },
): Claim | ClaimRefusal {
  const text = readText(answer.rawTxt);
  if (typeof text === 'string') return text;
  if (text.get('ver') !== '1') return 'other version';
  if (text.get('net') !== ours.networkTag8) return 'other network';
  const server = /^[^\s\p{Cc}]+:(\d{1,5})$/u.exec(text.get('server') ?? '');
  const port = answer.port;
  if (!server || !isPort(Number(server[1])) || !isPort(port)) return 'bad server';

  const sender = answer.referer?.address;
  const near = (host: string) => host === sender || link.onLink(host);
  // A link-local IPv6 host is on our link only if it is the sender: a record cannot say on which of its networks it is.
  const hosts = [sender, ...(answer.addresses ?? [])].filter((host) => typeof host === 'string');
  const announced = parseAddress(server[0]);
  const addresses = [
    ...hosts.filter(near).map((host) => address(host, port)),
    announced !== undefined && near(addressParts(announced).host) ? announced : undefined,
  ].filter((at) => at !== undefined);
  if (addresses.length === 0) return 'nowhere on this link';

  // Last, because it takes a millisecond.
  const id = ours.parseId(text.get('id') ?? '');
  if (id === undefined || answer.name !== instanceName(id)) return 'bad id';
  return { id, name: text.get('name') ?? '', addresses: [...new Set(addresses)] };
}

/** `key=value` strings (RFC 6763 §6), keys in lower case. Strings without a value, and an empty key, mean nothing here. */
function readText(raw: unknown): ReadonlyMap<string, string> | ClaimRefusal {
  if (!Array.isArray(raw)) return 'no text';
  const values = new Map<string, string>();
  for (const item of raw) {
    const pair = item instanceof Uint8Array ? fromUtf8(item) : undefined;
    if (pair === undefined) return 'bad text';
    const equals = pair.indexOf('=');
    if (equals < 1) continue;
    const [key, value] = [pair.slice(0, equals).toLowerCase(), pair.slice(equals + 1)];
    if (values.has(key) || !fits(value)) return 'bad text';
    values.set(key, value);
  }
  return values;
}

/** Ports below 1024 are other services: nobody is to be talked into sending to them. */
const isPort = (port: unknown): port is number =>
  typeof port === 'number' && Number.isInteger(port) && port >= 1024 && port <= 65_535;

const fits = (value: string): boolean => utf8(value).length <= MDNS_VALUE_BYTES_MAX;

/** As many whole code points as fit. */
function cut(value: string): string {
  let kept = '';
  for (const point of value) {
    if (!fits(kept + point)) break;
    kept += point;
  }
  return kept;
}
