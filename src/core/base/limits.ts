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
