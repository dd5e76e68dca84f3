import type { Brand } from './brand.ts';

/**
 * Where datagrams go, in canonical text: `192.0.2.7:7000` or `[2001:db8::7]:7000`. A string, so that it can be a map key.
 * A path of another kind has a prefix: `relay:` and whatever its carrier understands. Connections do not ask what is behind it.
 */
export type Address = Brand<string, 'Address'>;

/** Bytes and where they came from, or go to. */
export type Datagram = {
  readonly address: Address;
  readonly bytes: Uint8Array;
};

/** A literal IP address and port, apart, as sockets want them; `host` may end in an IPv6 zone. */
export type AddressParts = { readonly family: 4 | 6; readonly host: string; readonly port: number };

/**
 * A literal IP address and port in canonical form. IPv4-mapped IPv6 becomes IPv4, so that one host has one address;
 * an IPv6 zone (`%eth0`, up to 32 letters, digits, `.`, `_`, `~`, `-`) is kept.
 *
 * @returns `undefined` when `host` is not a literal address (names are never resolved here) or `port` is not 1 to 65535.
 */
export function address(host: string, port: number): Address | undefined {
  if (!isPort(port)) return undefined;
  const v4 = parseV4(host);
  if (v4) return `${v4.join('.')}:${port}` as Address;
  const [, literal = '', zone] = /^([^%]*)(?:%([\w.~-]{1,32}))?$/.exec(host) ?? [];
  const groups = parseV6(literal);
  return groups && addressOfGroups(groups, port, zone);
}

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;

function addressOfGroups(groups: readonly number[], port: number, zone?: string): Address {
  const mapped = mappedV4(groups);
  if (mapped) return `${mapped}:${port}` as Address;
  return `[${formatV6(groups)}${zone === undefined ? '' : `%${zone}`}]:${port}` as Address;
}

/** Reads `192.0.2.7:7000` or `[2001:db8::7]:7000`; `undefined` for anything else, host names included. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  if (!match) return undefined;
  return address(match[1] ?? match[2] ?? '', Number(match[3]));
}

/** The host and port of an address, as sockets want them. */
export function addressParts(of: Address): AddressParts {
  const colon = of.lastIndexOf(':');
  const port = Number(of.slice(colon + 1));
  return of.startsWith('[')
    ? { family: 6, host: of.slice(1, colon - 1), port }
    : { family: 4, host: of.slice(0, colon), port };
}

/** Whether two addresses differ in the port at most. */
export const sameHost = (a: Address, b: Address): boolean =>
  !isRelayed(a) && a.slice(0, a.lastIndexOf(':')) === b.slice(0, b.lastIndexOf(':'));

/** An IP address in 4 or 16 bytes, and its port; an IPv6 zone, which means nothing elsewhere, is left out. `undefined` for an address of another kind. */
export function addressBytes(of: Address): { readonly ip: Uint8Array; readonly port: number } | undefined {
  const { family, host, port } = addressParts(of);
  if (family === 4) {
    const v4 = parseV4(host);
    return v4 && { ip: Uint8Array.from(v4), port };
  }
  const groups = parseV6(host.split('%', 1)[0] ?? '');
  return groups && { ip: Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])), port };
}

/** The address of 4 or 16 bytes and a port; `undefined` for port 0 or another length. */
export function addressFromBytes(ip: Uint8Array, port: number): Address | undefined {
  if (!isPort(port)) return undefined;
  if (ip.length === 4) return `${ip.join('.')}:${port}` as Address;
  if (ip.length !== 16) return undefined;
  return addressOfGroups(
    Array.from({ length: 8 }, (_, i) => ip[2 * i]! * 256 + ip[2 * i + 1]!),
    port,
  );
}

/**
 * The block an address is counted under when strangers are limited: its IPv4 /32 or IPv6 /48
 * (docs/protocol.md, denial of service).
 */
export function addressBlock(of: Address): string {
  if (isRelayed(of)) return of;
  const { family, host } = addressParts(of);
  if (family === 4) return host;
  const groups = parseV6(host.split('%', 1)[0] ?? '') ?? [];
  return `${groups
    .slice(0, 3)
    .map((g) => g.toString(16))
    .join(':')}::/48`;
}

/**
 * The region that the block of an address belongs to: its IPv4 /16 or IPv6 /32, about what one provider rents out. Whoever has many
 * blocks has them in few regions.
 */
export function widerBlock(of: Address): string {
  const { family, host } = addressParts(of);
  if (family === 4) return `${host.split('.', 2).join('.')}.0.0/16`;
  const groups = parseV6(host.split('%', 1)[0] ?? '') ?? [];
  return `${groups
    .slice(0, 2)
    .map((g) => g.toString(16))
    .join(':')}::/32`;
}

/** The network around an address, of which one party may hold a lot: its IPv4 /16 or IPv6 /32. */
export function addressWide(of: Address): string {
  const { family, host } = addressParts(of);
  if (family === 4) return `${host.split('.').slice(0, 2).join('.')}/16`;
  const groups = parseV6(host.split('%', 1)[0] ?? '') ?? [];
  return `${groups
    .slice(0, 2)
    .map((g) => g.toString(16))
    .join(':')}::/32`;
}

/** How far an address reaches, for choosing what to announce and whom to dial. */
export type Reach = 'loopback' | 'link' | 'private' | 'public' | 'relayed' | 'unusable';

const isRelayed = (of: Address): boolean => of.startsWith('relay:');

/** Classifies an address by the special-purpose registries (RFC 6890): multicast, unspecified and reserved ones are unusable. */
export function reach(of: Address): Reach {
  if (isRelayed(of)) return 'relayed';
  const { family, host } = addressParts(of);
  if (family === 4) return reachV4(parseV4(host) ?? [0, 0, 0, 0]);
  const groups = parseV6(host.split('%', 1)[0] ?? '') ?? [];
  const [first = 0] = groups;
  // ::1 and ::, and IPv4 in the last two groups as nobody has it any more (RFC 4291 §2.5.5.1).
  if (groups.slice(0, 6).every((g) => g === 0)) return groups[6] === 0 && groups[7] === 1 ? 'loopback' : 'unusable';
  const translated = translatedV4(groups);
  if (translated) return reachV4(translated);
  if (first >= 0xff00) return 'unusable';
  if (first >= 0xfe80 && first <= 0xfebf) return 'link';
  if (first >= 0xfc00 && first <= 0xfdff) return 'private';
  return 'public';
}

function reachV4([a = 0, b = 0]: readonly number[]): Reach {
  if (a === 127) return 'loopback';
  if (a === 169 && b === 254) return 'link';
  if (a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b <= 127)) {
    return 'private';
  }
  return a === 0 || a >= 224 ? 'unusable' : 'public';
}

/** The IPv4 address that a translator or relay makes of an IPv6 one: of 64:ff9b::/96 (RFC 6052 §2.1) and 2002::/16 (RFC 3056 §2). */
function translatedV4(groups: readonly number[]): number[] | undefined {
  const isNat64 = groups[0] === 0x64 && groups[1] === 0xff9b && groups.slice(2, 6).every((g) => g === 0);
  const at = isNat64 ? 6 : groups[0] === 0x2002 ? 1 : undefined;
  return at === undefined ? undefined : groups.slice(at, at + 2).flatMap((g) => [g >> 8, g & 255]);
}

/** Four numbers up to 255 with dots between them, none with a leading zero. Read by hand: it is done several times for a datagram. */
function parseV4(text: string): number[] | undefined {
  if (text.length > 15) return undefined;
  const numbers: number[] = [];
  let number = -1;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (text[i] === '.' && number >= 0) {
      numbers.push(number);
      number = -1;
    } else if (digit >= 0 && digit <= 9 && number !== 0) {
      number = number < 0 ? digit : number * 10 + digit;
      if (number > 255) return undefined;
    } else return undefined;
  }
  if (number < 0 || numbers.length !== 3) return undefined;
  numbers.push(number);
  return numbers;
}

function parseV6(text: string): number[] | undefined {
  if (text.length > 45 || /\..*:/.test(text)) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':').flatMap(parseGroup)));
  if (!head) return undefined;
  const given = head.length + (tail?.length ?? 0);
  if (tail ? given > 7 : given !== 8) return undefined;
  const groups = tail ? [...head, ...new Array<number>(8 - given).fill(0), ...tail] : head;
  return groups.every((g) => g >= 0 && g <= 0xffff) ? groups : undefined;
}

/** One group of an IPv6 address, or the two that a trailing dotted IPv4 stands for; [-1] when it is neither. */
function parseGroup(text: string): number[] {
  if (/^[0-9a-f]{1,4}$/i.test(text)) return [Number.parseInt(text, 16)];
  const v4 = parseV4(text);
  return v4 ? [(v4[0] ?? 0) * 256 + (v4[1] ?? 0), (v4[2] ?? 0) * 256 + (v4[3] ?? 0)] : [-1];
}

function mappedV4(groups: readonly number[]): string | undefined {
  if (!groups.slice(0, 5).every((g) => g === 0) || groups[5] !== 0xffff) return undefined;
  return groups
    .slice(6)
    .map((g) => `${g >> 8}.${g & 255}`)
    .join('.');
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups as `::`. */
function formatV6(groups: readonly number[]): string {
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((g) => g.toString(16));
  if (best.start < 0) return hex.join(':');
  return `${hex.slice(0, best.start).join(':')}::${hex.slice(best.start + best.length).join(':')}`;
}
