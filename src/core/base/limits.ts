/*
 * Every bound there is: what it is, why this much, and what happens there.
 * First the numbers that the protocol fixes (change one and peers disagree), then those that only this implementation chose.
 * A part that needs a bound adds it here, to its own section, and never writes a number of this kind elsewhere.
 */

// ——— Fixed by docs/protocol.md ————————————————————————————————————————————————————————————————————————————————————————

/** Payload of an envelope, in bytes. A larger one is refused before it is read whole. */
export const PAYLOAD_BYTES_MAX = 64 * 1024;
/** How long an envelope may ask to be kept, in seconds: 30 days. A larger ttl is refused. */
export const TTL_SECONDS_MAX = 30 * 24 * 3600;
/** How often an envelope may be passed on at most. A larger maxHops is refused. */
export const HOPS_MAX = 64;
/** How long a route announcement may live, in seconds. A longer one is refused. */
export const ROUTE_LIFETIME_SECONDS_MAX = 1800;
/** How far interest in a channel spreads, in hops. Beyond, it is dropped. */
export const INTEREST_HOPS_MAX = 16;
/** Smallest datagram that starts a connection, in bytes (RFC 9000 §14.1). Smaller ones are dropped. */
export const INITIAL_DATAGRAM_BYTES_MIN = 1200;
/** How many times what an unproved address sent may be sent back to it (RFC 9000 §8.1). More waits. */
export const AMPLIFICATION_FACTOR = 3;

// ——— Envelopes and the store ——————————————————————————————————————————————————————————————————————————————————————————

/** How long our own envelopes ask to be kept, in seconds: 72 hours, a long weekend without a network. */
export const TTL_SECONDS_DEFAULT = 72 * 3600;
/** How often our own envelopes may be passed on: a mesh wider than this is rare. */
export const HOPS_DEFAULT = 16;
/** Envelopes waiting for one recipient. The next one is refused: `full`. */
export const RECIPIENT_ENVELOPES_MAX = 1_000;
/** Bytes waiting for one recipient. The next envelope is refused: `full`. */
export const RECIPIENT_BYTES_MAX = 16 * 1024 * 1024;
/** Envelopes from one stranger. The next one is refused: `full`. */
export const STRANGER_ENVELOPES_MAX = 100;
/** Bytes from one stranger. The next envelope is refused: `full`. */
export const STRANGER_BYTES_MAX = 64 * 1024;
/** Bytes carried for others in all, over three lanes. A lane that is full refuses. */
export const CARRIED_BYTES_MAX = 256 * 1024 * 1024;
/** Ids remembered in memory against duplicates; older ones are looked up on disk. */
export const SEEN_IDS_MAX = 100_000;
/** Shares of CARRIED_BYTES_MAX: contacts' mail comes first, strangers' mail cannot crowd it out. A full lane refuses. */
export const LANE_SHARES = { contact: 0.5, neighbour: 0.3, stranger: 0.2 } as const;
/** Envelopes of our own that may wait. Far beyond what a person or program writes in 72 hours; then `send` is refused. */
export const OUTBOX_ENVELOPES_MAX = 100_000;

// ——— The node ————————————————————————————————————————————————————————————————————————————————————————————————————————

/** Pushes to one neighbour that wait for its answer at a time; the others queue. Small, so that order mostly survives loss. */
export const PUSHES_IN_FLIGHT_MAX = 32;
/** First wait for a receipt before the same neighbour or another is asked again; doubles up to AGAIN_MS_MAX. */
export const AGAIN_MS_MIN = 60_000;
export const AGAIN_MS_MAX = 3_600_000;
/** First wait after a refusal that may change by itself; doubles up to AGAIN_MS_MAX. */
export const REFUSED_WAIT_MS_MIN = 2_000;
/** Times a neighbour may ask us to take custody of an envelope anew, a minute apart and doubling. Then `passed`. */
export const AGAIN_PER_NEIGHBOUR_MAX = 3;
/** Control bytes that may wait for one neighbour's flow control. Beyond, the connection is closed. */
export const CONTROL_QUEUE_BYTES_MAX = 1024 * 1024;
/** Peers remembered. The longest unheard that nobody named is forgotten. */
export const PEERS_MAX = 4096;
/** Addresses kept per peer, best first. */
export const PEER_ADDRESSES_MAX = 4;
/** Neighbours that a node looks for by itself; it accepts more, up to CONNECTIONS_MAX of the transport. */
export const NEIGHBOURS_WANTED = 32;
/** Waits between dials to one peer: first, and at most. Doubles, ± 20 %. */
export const REDIAL_MS_MIN = 1_000;
export const REDIAL_MS_MAX = 300_000;
/** Violations of the mesh protocol by one peer within VIOLATION_WINDOW_MS before it is left alone for VIOLATION_BAN_MS. */
export const VIOLATIONS_MAX = 3;
export const VIOLATION_WINDOW_MS = 600_000;
export const VIOLATION_BAN_MS = 3_600_000;
/** How often link costs are looked at, for the routes. */
export const LINK_COST_MS = 5_000;
/** Ids offered to a neighbour that begins to read a channel, newest first. */
export const HAVE_IDS_MAX = 256;

// ——— Screens and the local socket (docs/protocol.md §6) ———————————————————————————————————————————————————————————————

/** Bytes of one request of a screen. A longer one is answered with an error and the screen is cut off. */
export const REQUEST_BYTES_MAX = 1024 * 1024;
/** Bytes of one answer that a screen takes from its node. A longer one breaks the connection. */
export const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
/** Bytes of events that a screen has not read. Beyond, it is cut off, and reads the state again when it returns. */
export const SCREEN_UNREAD_BYTES_MAX = 8 * 1024 * 1024;
/** Requests of one screen that are being answered. Beyond, nothing more is read from it until one is done. */
export const SCREEN_REQUESTS_MAX = 64;
/** Screens at a time. The next one is closed at once. */
export const SCREENS_MAX = 64;
/** How long a program may take to show its token, in milliseconds. Then it is closed. */
export const TOKEN_WAIT_MS = 5_000;
/** How long a node waits for another screen when its last one vanished, in milliseconds: 10 minutes. Then it stops. */
export const SCREEN_GRACE_MS = 10 * 60 * 1000;
/** Text in one page of history or search, in bytes. A page ends early there, and says that there is more. */
export const PAGE_BYTES_MAX = 2 * 1024 * 1024;
/** Events kept for a screen that has not begun to listen. The oldest are dropped. */
export const EVENTS_WAITING_MAX = 10_000;
/** Bytes of a node's log file. At that size it becomes `node.log.1`, replacing the one before. */
export const LOG_BYTES_MAX = 4 * 1024 * 1024;
/** Peers whose violations are remembered; the longest quiet one is forgotten. */
export const VIOLATORS_MAX = 1024;

// ——— The full screen ——————————————————————————————————————————————————————————————————————————————————————————————————

/** Lines of one conversation that the screen holds. At the bound the oldest leave; paging back reads them again. */
export const SCREEN_LINES_MAX = 5_000;
/** Lines of one conversation that are kept while another is open. */
export const SCREEN_LINES_IDLE = 500;
/** Lines asked of the node at once when paging back. */
export const SCREEN_PAGE_LINES = 200;
/** Arriving events are drawn together, at most this often, in milliseconds: frames, not messages, are what costs. */
export const SCREEN_FLUSH_MS = 100;
/** Lines that ↑ brings back. The oldest is forgotten. */
export const PROMPT_HISTORY_MAX = 500;
/** Steps that can be undone in the prompt. The oldest is forgotten. */
export const UNDO_STEPS_MAX = 100;
/** Rows the prompt grows to. Beyond, it scrolls. */
export const PROMPT_ROWS_MAX = 8;
/** A paste with more lines than this is shown folded. */
export const PASTE_FOLD_LINES = 20;
/** A paste longer than this, in UTF-16 units, is shown folded. */
export const PASTE_FOLD_BYTES = 2_000;
/** A paste longer than this, in UTF-16 units, is cut into several: its end may never come. */
export const PASTE_BYTES_MAX = 4 * 1024 * 1024;
/** How long the beginning of a key sequence waits for its rest, in milliseconds, before it is taken for the Esc key. */
export const KEY_SEQUENCE_WAIT_MS = 25;

// ——— Chat and text ————————————————————————————————————————————————————————————————————————————————————————————————————

/**
 * Text of one message, in bytes of UTF-8. A longer one is refused: `too-large`. With the longest header and Padmé's
 * padding (63,488 bytes is the largest step that fits) it always fits `PAYLOAD_BYTES_MAX`.
 */
export const TEXT_BYTES_MAX = 60 * 1024;
/** Ids that a message names as seen last. More are refused as malformed; of our own the newest are named. */
export const AFTER_IDS_MAX = 8;
/** Ids in one receipt. More are refused as malformed; our own receipts go on in the next one. */
export const RECEIPT_IDS_MAX = 256;
/** How long a message waits for one that should come before it, in milliseconds. Then it is shown, and the gap with it. */
export const GAP_WAIT_MS = 3_000;
/** Messages that wait for earlier ones, over all conversations. The one that waits longest is shown. */
export const WAITING_MESSAGES_MAX = 256;
/** Conversations whose last numbers are in memory. The one unused longest is forgotten; its next message is taken as it comes. */
export const CONVERSATIONS_MAX = 10_000;
/** Authors of one channel whose last numbers are in memory. The one silent longest is forgotten, as above. */
export const CHANNEL_AUTHORS_MAX = 256;
/** Ids of one channel known to be shown, for order by cause. Beyond, a message may wait `GAP_WAIT_MS` for one that is here. */
export const CHANNEL_IDS_MAX = 256;
/** Ids that one turn acknowledges. The rest is dropped: who misses a receipt sends again, and is answered then. */
export const RECEIPTS_OWED_MAX = 4_096;
/** How long a duplicate is not answered by another receipt, in milliseconds (docs/protocol.md §4.2). */
export const RECEIPT_AGAIN_MS = 60_000;
/** Channels joined. The next one is refused: `too-many`. As many as a neighbour takes interest in (docs/protocol.md §2.3). */
export const CHANNELS_MAX = 256;
/** Cells of a screen that a name takes. It is cut. */
export const NAME_CELLS_MAX = 64;
/** Combining marks in a row that are shown. The rest is cut: nobody writes more, and stacks of them cover other lines. */
export const MARKS_MAX = 8;

// ——— Sealing ——————————————————————————————————————————————————————————————————————————————————————————————————————————

/** Longest content of one envelope, in bytes: padded to 63,488 and sealed it still fits `PAYLOAD_BYTES_MAX`, and the next step does not. */
export const CONTENT_BYTES_MAX = 63_487;
