/** How bad something is: nothing works, something does not, or only that it is so. */
export type Severity = 'error' | 'warn' | 'info';

/** What a code stands for. */
type Fault = {
  readonly severity: Severity;
  /** What is the case, in a clause. */
  readonly means: string;
  /** What to do about it, in a clause. WHO stands for the subject. */
  readonly fix: string;
  /** What follows from it by itself, and is not told beside it. */
  readonly explains?: readonly string[];
};

/** What follows when nobody can be reached at all. */
const CUT_OFF = ['NO_NEIGHBOURS', 'NO_ROUTE', 'PEER_AWAY', 'WRONG_ADDRESS'] as const;

/**
 * Every code that `/mesh doctor` and `/mesh why` answer with: stable words for programs, in the order in which they are told.
 * docs/troubles.md has a section for each.
 */
export const FAULTS = {
  // ——— This machine and this profile ——————————————————————————————————————————————————————————————————————————————————
  IDENTITY_DAMAGED: {
    severity: 'error',
    means: 'identity.json cannot be used',
    fix: '/identity restore makes it again from its 24 words; the file stays beside it',
    explains: ['NODE_STOPPED'],
  },
  FILE_PERMISSIONS: {
    severity: 'error',
    means: 'others can get at what must be yours alone, or you cannot get at it',
    fix: 'chmod 700 on the home directory, chmod 600 on the file, as your own user',
    explains: ['NODE_STOPPED'],
  },
  DISK_READ_ONLY: {
    severity: 'error',
    means: 'the home directory cannot be written',
    fix: 'make the disk writable, or choose another directory with --home',
    explains: ['NODE_STOPPED', 'DATABASE_FAILED'],
  },
  DISK_FULL: {
    severity: 'error',
    means: 'there is no room left on the disk of the home directory: nothing is kept, so nothing is sent or accepted',
    fix: 'free some space on that disk; what waits goes on by itself',
    explains: ['NODE_STOPPED', 'DISK_LOW', 'DATABASE_FAILED'],
  },
  DATABASE_LOCKED: {
    severity: 'error',
    means: 'another program has qpc.db open, so no node can use it',
    fix: 'close that program (a database browser, a backup)',
    explains: ['NODE_STOPPED'],
  },
  DATABASE_DAMAGED: {
    severity: 'error',
    means: 'qpc.db cannot be used as it is',
    fix: 'copy qpc.db and qpc.db-wal somewhere safe, then restore a backup of them',
    explains: ['NODE_STOPPED'],
  },
  DATABASE_FAILED: {
    severity: 'error',
    means: 'the disk does not take what the node wants to keep',
    fix: 'look at the disk and its mount; node.log has what the system said',
  },
  NODE_SILENT: {
    severity: 'error',
    means: 'a process holds this profile and does not answer',
    fix: 'end it: kill WHO',
    explains: ['NODE_STOPPED'],
  },
  NODE_STOPPED: {
    severity: 'error',
    means: 'no node runs for this profile: nothing is sent, received or carried',
    fix: '/up starts it',
  },
  DISK_LOW: {
    severity: 'warn',
    means: 'there is little room left on the disk of the home directory',
    fix: 'free some space before mail has to be refused',
  },
  CLOCK_WRONG: {
    severity: 'warn',
    means: 'the calendar of this machine is not that of others: messages show wrong times, and mail may expire early',
    fix: 'set the clock of this machine, best by NTP',
  },
  CONFIG_UNKNOWN: {
    severity: 'warn',
    means: 'something in config.toml or in the environment means nothing to qpc, and is not used',
    fix: 'correct it with an editor; /set lists what there is',
  },

  // ——— The terminal ————————————————————————————————————————————————————————————————————————————————————————————————————
  TERMINAL_ASCII: {
    severity: 'info',
    means: 'only ASCII is drawn',
    fix: 'a locale with UTF-8 (LANG=C.UTF-8) and a terminal that follows it draw the rest',
  },
  TERMINAL_WIDTHS: {
    severity: 'info',
    means: 'the terminal draws some emoji wider or narrower than they are; they are shown simpler',
    fix: 'nothing needs to be done; newer terminals, and tmux from 3.6, draw them whole',
  },

  // ——— The network around this machine —————————————————————————————————————————————————————————————————————————————————
  NO_NETWORK: {
    severity: 'error',
    means: 'this machine is attached to no network',
    fix: 'plug in the cable or join a Wi-Fi; the node goes on within seconds',
    explains: ['UDP_BLOCKED', 'NO_MULTICAST', ...CUT_OFF],
  },
  UDP_BLOCKED: {
    severity: 'error',
    means: 'UDP does not get through: the system refuses to send, or nothing ever comes back',
    fix: "let the node's UDP port through the firewall of this machine and of the network",
    explains: ['NO_MULTICAST', ...CUT_OFF],
  },
  NOT_LISTENING: {
    severity: 'error',
    means: 'the node has no address to listen on: nobody can reach it',
    fix: 'start it with another --listen',
    explains: ['UDP_BLOCKED', ...CUT_OFF],
  },
  PORT_TAKEN: {
    severity: 'warn',
    means: 'another program has the port that was asked for, so the node listens on another one',
    fix: 'give others the new address, or end that program; --listen with the new port makes it your choice',
  },
  NO_MULTICAST: {
    severity: 'warn',
    means: 'no network here passes multicast: nodes nearby are not found by themselves',
    fix: '/mesh connect ID@HOST:PORT reaches them all the same; or allow multicast (224.0.0.251, ff02::fb)',
    explains: ['NO_NEIGHBOURS'],
  },

  // ——— Others ——————————————————————————————————————————————————————————————————————————————————————————————————————————
  IDENTITY_ELSEWHERE: {
    severity: 'error',
    means: 'two nodes run with one identity at the same time, and take mail from each other',
    fix: 'stop one of them; a second machine needs an identity of its own',
  },
  KEY_CHANGED: {
    severity: 'error',
    means: 'where somebody was, there is a node with another key now',
    fix: 'ask WHO out of band: a new profile is a new contact (/add); otherwise somebody has taken the place',
    explains: CUT_OFF,
  },
  WRONG_NETWORK: {
    severity: 'warn',
    means: 'a node that you want to reach belongs to another network than yours',
    fix: 'start both with the same --network',
    explains: CUT_OFF,
  },
  WRONG_ADDRESS: {
    severity: 'warn',
    means: 'nobody answers at an address that you gave',
    fix: 'ask WHO for the present address (/mesh identity there), then /mesh connect ID@HOST:PORT',
    explains: ['NO_ROUTE', 'PEER_AWAY', 'NO_NEIGHBOURS'],
  },
  RELAY_BLACK_HOLE: {
    severity: 'warn',
    means: 'a neighbour takes mail and no receipt ever comes for it: it does not pass it on',
    fix: '/mesh disconnect WHO; mail goes other ways, as soon as there are any',
  },
  QUOTA_FULL: {
    severity: 'warn',
    means: 'there is no more room for mail to somebody, here or at a neighbour: more is refused',
    fix: 'it empties when WHO comes back, or as mail expires; /mesh store shows what waits',
  },
  NO_ROUTE: {
    severity: 'warn',
    means: 'mail waits for somebody to whom no way is known: no connection, no route, no address',
    fix: 'it goes when WHO is near or heard of; /mesh connect ID@HOST:PORT reaches WHO now',
    explains: ['NO_NEIGHBOURS'],
  },
  PEER_AWAY: {
    severity: 'warn',
    means: 'somebody does not answer where they were last',
    fix: 'what waits goes when WHO is back; /mesh connect ID@HOST:PORT if WHO has moved',
    explains: ['NO_ROUTE', 'NO_NEIGHBOURS'],
  },
  NO_NEIGHBOURS: {
    severity: 'warn',
    means: 'no other node is connected',
    fix: 'start a second node on this network, or /mesh connect ID@HOST:PORT',
  },

  // ——— Mail ————————————————————————————————————————————————————————————————————————————————————————————————————————————
  MAIL_EXPIRED: {
    severity: 'warn',
    means: 'a message was given up because nobody confirmed it before its time was over',
    fix: 'send it again when WHO can be reached: /mesh why WHO',
  },
  MAIL_REFUSED: {
    severity: 'warn',
    means: 'a message was refused for good',
    fix: '/mesh why has the reason; nothing of it is tried any more',
  },
  NOT_TAKEN: {
    severity: 'warn',
    means: 'a neighbour did not take a message for now, or has not answered yet',
    fix: 'it is offered again by itself; nothing to do',
  },
  BLOCKED: {
    severity: 'warn',
    means: 'you blocked somebody: nothing goes to or comes from them',
    fix: '/block WHO undoes it',
  },
  QUEUED: {
    severity: 'info',
    means: 'a message is on this disk, and nobody else has it yet',
    fix: 'nothing: it is tried on everything that could help',
  },
  CARRIED: {
    severity: 'info',
    means: 'other nodes keep a message; its receipt has not come yet',
    fix: 'nothing: it is asked for again by itself',
  },
  SENT: {
    severity: 'info',
    means: "the recipient's own node has a message; its receipt has not come yet",
    fix: 'nothing: the receipt is asked for again by itself',
  },
  DELIVERED: { severity: 'info', means: 'the signed receipt of the recipient is here', fix: 'nothing' },
  DISCARDED: { severity: 'info', means: 'you took a message back before anybody confirmed it', fix: 'nothing' },
  RECEIVED: { severity: 'info', means: 'a message is none of yours: it came from another node', fix: 'nothing' },
  CONNECTED: { severity: 'info', means: 'a node is a neighbour', fix: 'nothing' },
  REACHABLE: { severity: 'info', means: 'a node is reached over others', fix: 'nothing' },
  UNCONNECTED: {
    severity: 'info',
    means: 'a node is known, and neither connected nor reached over others',
    fix: '/mesh connect ID@HOST:PORT, if you know where it is',
  },
} as const satisfies Readonly<Record<string, Fault>>;

/** A stable word for what was found. */
export type FaultCode = keyof typeof FAULTS;

/** What was found in a case. Text in it may hold ids of nodes, which whoever shows it replaces by names. */
export type Finding = {
  readonly code: FaultCode;
  /** What it is about: a NodeId, a ChannelId, the id of a message, or a word such as `disk`. */
  readonly subject: string;
  /** What was seen, in a clause: figures, times, addresses. */
  readonly found: string;
};

/**
 * The findings that stand for themselves, the worst first: what follows from another one is left out. What is found about one node
 * explains what is found about it; what is found about this machine explains everything that it may.
 */
export function causes(findings: readonly Finding[]): readonly Finding[] {
  const order = Object.keys(FAULTS);
  return findings
    .filter((one, i) => findings.findIndex(({ code, subject }) => code === one.code && subject === one.subject) === i)
    .filter((one) => !findings.some((other) => other !== one && follows(one, other)))
    .toSorted((a, b) => order.indexOf(a.code) - order.indexOf(b.code));
}

function follows(one: Finding, from: Finding): boolean {
  const { explains = [] }: Fault = FAULTS[from.code];
  return explains.includes(one.code) && (one.subject === from.subject || !isNode(one.subject) || !isNode(from.subject));
}

const isNode = (subject: string): boolean => /^[a-z2-7]{52}$/.test(subject);
