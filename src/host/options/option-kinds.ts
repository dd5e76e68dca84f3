import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { PREFERENCES } from '../../api/preferences.ts';
import { address, reach } from '../../core/base/address.ts';
import { cleanName } from '../../core/base/clean.ts';
import { fromBase32 } from '../../core/bytes/base32.ts';

/** How the value of an option is written: read from text, or the words that say what is allowed. */
export type Kind<T> = {
  /** `undefined` when it is not one. @param from the directory that a path counts from; without it, the one this program was started in. */
  readonly read: (text: string, from?: string) => T | undefined;
  /** Completes "… is not". */
  readonly allowed: string;
  /** How it stands in the configuration file, where that is no string. */
  readonly inFile?: 'number' | 'boolean';
};

/** A place on a network: a literal address, or a name that the user typed. */
export type HostPort = { readonly host: string; readonly port: number };

/** A node and where it is. */
export type PeerAt = HostPort & { readonly id: string };

/** A path, made absolute; `~/` is the user's directory. */
export const path: Kind<string> = {
  read: (text, from = '.') =>
    text === '' || text.includes('\0') ? undefined : resolve(from, text.replace(/^~(?=\/|$)/, homedir())),
  allowed: 'a path',
};

/** What a socket is bound to: an IP address of this machine, and a port, 0 for any. */
export const listenAddress: Kind<HostPort> = {
  read: (text) => {
    const place = split(text, 0);
    if (place?.host === 'localhost') return { host: '127.0.0.1', port: place.port };
    return place && address(place.host, 1) ? place : undefined;
  },
  allowed: 'HOST:PORT with an IP address, [in brackets] for IPv6, and a port from 0 to 65535',
};

/** Where something is served to programs of this machine only: a loopback address and a port, 0 for any. */
export const localAddress: Kind<HostPort> = {
  read: (text) => {
    const place = listenAddress.read(text);
    const at = place && address(place.host, 1);
    return at && reach(at) === 'loopback' ? place : undefined;
  },
  allowed: 'HOST:PORT with an address of this machine only (127.0.0.1, [::1] or localhost), and a port from 0 to 65535',
};

/** What others are told: an IP address or a host name, and a port. */
export const publicAddress: Kind<HostPort> = {
  read: (text) => {
    const place = split(text, 1);
    return place && (address(place.host, 1) || HOST_NAME.test(place.host)) ? place : undefined;
  },
  allowed: 'HOST:PORT with an address or host name, and a port from 1 to 65535',
};

/** Somebody to connect to. */
export const peerAt: Kind<PeerAt> = {
  read: (text) => {
    const [id = '', place, ...more] = text.split('@');
    const at = place === undefined || more.length > 0 ? undefined : publicAddress.read(place);
    return at && fromBase32(id)?.length === 32 ? { id: id.toLowerCase(), ...at } : undefined;
  },
  allowed: 'ID@HOST:PORT with an id of 52 letters and digits, and a port from 1 to 65535',
};

/** A name as others see it. */
export const shownName: Kind<string> = {
  read: (text) => (text !== '' && cleanName(text) === text ? text : undefined),
  allowed: 'a name of 1 to 64 cells without control characters',
};

/** A word that says which mesh, or which part of one. */
export const word: Kind<string> = {
  read: (text) => (/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u.test(text) ? text : undefined),
  allowed: 'a word of 1 to 63 letters, digits and . _ -',
};

/** A time to wait. */
export const seconds: Kind<number> = {
  read: (text) => (/^\d{1,5}(\.\d{1,3})?$/.test(text) && Number(text) <= 86_400 ? Number(text) : undefined),
  allowed: 'a number of seconds from 0 to 86400',
  inFile: 'number',
};

/** How many of something. */
export const count = (from: number, to: number): Kind<number> => ({
  read: (text) => (/^\d{1,9}$/.test(text) && Number(text) >= from && Number(text) <= to ? Number(text) : undefined),
  allowed: `a whole number from ${from} to ${to}`,
  inFile: 'number',
});

/** One of a few words. */
export const oneOf = <const W extends string>(words: readonly W[]): Kind<W> => ({
  read: (text) => words.find((known) => known === text),
  allowed: `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
});

const THEMES = PREFERENCES.theme.values;

/** How a screen looks: one of the themes by name, or a file that describes one, made absolute. */
export const theme: Kind<string> = {
  read: (text, from) =>
    THEMES.find((known) => known === text) ?? (text.endsWith('.toml') ? path.read(text, from) : undefined),
  allowed: `${THEMES.join(', ')} or the path of a FILE.toml`,
};

/** Yes or no, as people write it in files and environments. */
export const yesNo: Kind<boolean> = {
  read: (text) => {
    if (/^(true|1|yes|on)$/i.test(text)) return true;
    return /^(false|0|no|off)$/i.test(text) ? false : undefined;
  },
  allowed: 'true or false',
  inFile: 'boolean',
};

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\.?$/i;

function split(text: string, portMin: number): HostPort | undefined {
  const [, bracketed, plain = '', digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  return port >= portMin && port <= 65_535 ? { host: bracketed ?? plain, port } : undefined;
}
