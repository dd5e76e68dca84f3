import {
  type KeyLine,
  PREFERENCES,
  type PreferenceName,
  type Preferences,
  USUAL_PREFERENCES,
} from '../../api/preferences.ts';
import { CONNECTIONS_MAX } from '../../core/base/limits.ts';
import { PEER_LIMITS } from '../../core/node/peer-limits.ts';
import {
  count,
  type HostPort,
  type Kind,
  listenAddress,
  localAddress,
  oneOf,
  type PeerAt,
  path,
  peerAt,
  publicAddress,
  seconds,
  shownName,
  theme,
  word,
  yesNo,
} from './option-kinds.ts';

/** What qpc was started with, from flags, environment and file (docs/commands.md, starting). */
export type Options = Preferences & {
  readonly home: string;
  readonly config: string;
  /** Absent: port 7000, or the one kept from the last start, or the next free one. */
  readonly listen?: HostPort;
  readonly announce?: HostPort;
  readonly name?: string;
  readonly network: string;
  readonly domain?: string;
  readonly mdns: boolean;
  /** Whether it tells the members of its channels what it has shown; yes, when it is not said. */
  readonly marks?: boolean;
  /** Whether it tells neighbours that its user is writing, and its user that they are; yes, when it is not said. */
  readonly typing?: boolean;
  /** Whether it tells who wrote a letter that it was read; yes, when it is not said. */
  readonly readReceipts?: boolean;
  /** Announces no route to this node (docs/threat-model.md). */
  readonly unlisted?: boolean;
  readonly peer: readonly PeerAt[];
  readonly plain: boolean;
  readonly json: boolean;
  readonly linger: number;
  readonly passphraseFile?: string;
  readonly verbose: boolean;
  /** A directory for what each connection does, packet by packet. */
  readonly qlog?: string;
  readonly metrics?: HostPort;
  readonly requests?: boolean;
  readonly peersLow?: number;
  readonly peersHigh?: number;
  readonly peersPerAddress?: number;
  readonly dialsPerSecond?: number;
  readonly dialsAtOnce?: number;
  /** Keys of the person's own, from the table `[keys]` of the file. */
  readonly keys: readonly KeyLine[];
};

/** One option: how it is named, written and explained. The flag is `--name VALUE`, or `--name` for a switch. */
export type OptionSpec = {
  readonly key: keyof Options;
  /** As after `--`, and with `_` in the configuration file. */
  readonly name: string;
  /** What follows the flag in the help; absent for a switch. */
  readonly value?: string;
  readonly help: string;
  /** The default, in words for the help. */
  readonly default?: string;
  /** Environment variables that set it, the first that is set and not empty. */
  readonly env: readonly string[];
  readonly kind: Kind<unknown>;
  /** May be given several times; in the environment, separated by blanks. */
  readonly many?: true;
  /** The flag is `--no-name`. */
  readonly negated?: true;
  /** It is about the node, so a screen's differing flag is told and not applied when the node runs already. */
  readonly ofNode?: true;
  /** The values there are, when they can be listed. */
  readonly choices?: readonly string[];
};

/** Every option, in the order of the help. */
export const OPTIONS: readonly OptionSpec[] = [
  {
    key: 'home',
    name: 'home',
    value: 'DIR',
    help: 'where this profile lives',
    default: 'the data directory of the platform',
    env: ['QPC_HOME'],
    kind: path,
  },
  {
    key: 'listen',
    name: 'listen',
    value: 'HOST:PORT',
    help: 'UDP address to listen on',
    default: '[::]:7000',
    env: ['QPC_LISTEN'],
    kind: listenAddress,
    ofNode: true,
  },
  {
    key: 'announce',
    name: 'announce',
    value: 'HOST:PORT',
    help: 'address to tell others',
    env: ['QPC_ANNOUNCE'],
    kind: publicAddress,
    ofNode: true,
  },
  {
    key: 'name',
    name: 'name',
    value: 'NAME',
    help: 'name to tell others',
    default: 'node- and the first letters of the id',
    env: ['QPC_NAME'],
    kind: shownName,
    ofNode: true,
  },
  {
    key: 'network',
    name: 'network',
    value: 'ID',
    help: 'which mesh this node belongs to',
    default: 'main',
    env: ['QPC_NETWORK'],
    kind: word,
    ofNode: true,
  },
  {
    key: 'domain',
    name: 'domain',
    value: 'NAME',
    help: 'domain to tell by mDNS',
    env: ['QPC_LOCAL_DOMAIN', 'QPC_DOMAIN'],
    kind: word,
    ofNode: true,
  },
  {
    key: 'mdns',
    name: 'mdns',
    help: 'do not look for nodes nearby by mDNS',
    env: ['QPC_MDNS'],
    kind: yesNo,
    negated: true,
    ofNode: true,
  },
  {
    key: 'unlisted',
    name: 'unlisted',
    help: 'do not tell the mesh that this node is there; only neighbours reach it',
    env: ['QPC_UNLISTED'],
    kind: yesNo,
    ofNode: true,
  },
  {
    key: 'requests',
    name: 'requests',
    help: 'keep messages of strangers back until you accept them',
    env: ['QPC_REQUESTS'],
    kind: yesNo,
    ofNode: true,
  },
  {
    key: 'marks',
    name: 'marks',
    help: 'do not tell the members of your channels which messages you have',
    env: ['QPC_MARKS'],
    kind: yesNo,
    negated: true,
    ofNode: true,
  },
  {
    key: 'typing',
    name: 'typing',
    help: 'do not tell neighbours that you are writing, nor show that they are',
    env: ['QPC_TYPING'],
    kind: yesNo,
    negated: true,
    ofNode: true,
  },
  {
    key: 'readReceipts',
    name: 'read-receipts',
    help: 'do not tell people that you have read what they wrote to you',
    env: ['QPC_READ_RECEIPTS'],
    kind: yesNo,
    negated: true,
    ofNode: true,
  },
  {
    key: 'peer',
    name: 'peer',
    value: 'ID@HOST:PORT',
    help: 'node to connect to; may be given several times',
    env: ['QPC_PEER'],
    kind: peerAt,
    many: true,
    ofNode: true,
  },
  {
    key: 'peersLow',
    name: 'peers-low',
    value: 'COUNT',
    help: 'look for neighbours until there are so many',
    default: `${PEER_LIMITS.low}`,
    env: ['QPC_PEERS_LOW'],
    kind: count(0, CONNECTIONS_MAX),
    ofNode: true,
  },
  {
    key: 'peersHigh',
    name: 'peers-high',
    value: 'COUNT',
    help: 'with more neighbours, let the least useful go',
    default: `${PEER_LIMITS.high}`,
    env: ['QPC_PEERS_HIGH'],
    kind: count(1, CONNECTIONS_MAX),
    ofNode: true,
  },
  {
    key: 'peersPerAddress',
    name: 'peers-per-address',
    value: 'COUNT',
    help: 'neighbours at one public address, contacts aside',
    default: `${PEER_LIMITS.perAddress}`,
    env: ['QPC_PEERS_PER_ADDRESS'],
    kind: count(1, CONNECTIONS_MAX),
    ofNode: true,
  },
  {
    key: 'dialsPerSecond',
    name: 'dials-per-second',
    value: 'COUNT',
    help: 'call so many nodes in a second at most',
    default: `${PEER_LIMITS.dialsPerSecond}`,
    env: ['QPC_DIALS_PER_SECOND'],
    kind: count(1, 1_000),
    ofNode: true,
  },
  {
    key: 'dialsAtOnce',
    name: 'dials-at-once',
    value: 'COUNT',
    help: 'call so many nodes at once; for mail, as many again',
    default: `${PEER_LIMITS.dialsAtOnce}`,
    env: ['QPC_DIALS_AT_ONCE'],
    kind: count(1, CONNECTIONS_MAX),
    ofNode: true,
  },
  { key: 'plain', name: 'plain', help: 'line mode', env: ['QPC_PLAIN'], kind: yesNo },
  {
    key: 'json',
    name: 'json',
    help: 'line mode in JSON, or the result of a command in JSON',
    env: ['QPC_JSON'],
    kind: yesNo,
  },
  {
    key: 'linger',
    name: 'linger',
    value: 'SECONDS',
    help: 'wait at the end of input for what is still queued',
    default: '5',
    env: ['QPC_LINGER'],
    kind: seconds,
  },
  {
    key: 'passphraseFile',
    name: 'passphrase-file',
    value: 'FILE',
    help: 'read the passphrase of the identity from the first line of FILE',
    env: ['QPC_PASSPHRASE_FILE'],
    kind: path,
  },
  {
    key: 'config',
    name: 'config',
    value: 'FILE',
    help: 'configuration file',
    default: 'config.toml in the home directory',
    env: ['QPC_CONFIG'],
    kind: path,
  },
  { key: 'verbose', name: 'verbose', help: 'log more', env: ['QPC_VERBOSE'], kind: yesNo, ofNode: true },
  {
    key: 'metrics',
    name: 'metrics',
    value: 'HOST:PORT',
    help: 'serve figures for Prometheus at http://HOST:PORT/metrics, on an address of this machine only',
    env: ['QPC_METRICS'],
    kind: localAddress,
    ofNode: true,
  },
  {
    key: 'qlog',
    name: 'qlog',
    value: 'DIR',
    help: 'write what each connection does, packet by packet, to a file in DIR (qlog)',
    env: ['QPC_QLOG'],
    kind: path,
    ofNode: true,
  },
  ...(Object.keys(PREFERENCES) as PreferenceName[]).map(preference),
];

/** What a person may choose about a screen is an option like the others. */
function preference(name: PreferenceName): OptionSpec {
  const { about, values } = PREFERENCES[name];
  return {
    key: name,
    name,
    value: name === 'theme' ? 'NAME|FILE' : values.join('|'),
    help: about,
    default: values[0],
    env: [`QPC_${name.toUpperCase()}`],
    kind: name === 'theme' ? theme : oneOf(values),
    choices: values,
  };
}

/** What holds when nobody says anything. `home` and `config` depend on the platform. */
export const DEFAULTS = {
  ...USUAL_PREFERENCES,
  network: 'main',
  mdns: true,
  peer: [],
  plain: false,
  json: false,
  linger: 5,
  verbose: false,
  keys: [],
} as const;
