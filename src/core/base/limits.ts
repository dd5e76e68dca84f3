import type { Rate } from './token-bucket.ts';

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
/** What a node calls itself, in UTF-16 units. A longer name is malformed; screens cut much earlier. */
export const NAME_UNITS_MAX = 256;
/** How long a route announcement may live, in seconds. A longer one is refused. */
export const ROUTE_LIFETIME_SECONDS_MAX = 1800;
/** How far interest in a channel spreads, in hops. Beyond, it is dropped. */
export const INTEREST_HOPS_MAX = 16;
/** Smallest datagram that starts a connection, in bytes (RFC 9000 §14.1). Smaller ones are dropped. */
export const INITIAL_DATAGRAM_BYTES_MIN = 1200;
/** Largest datagram that starts a connection, in bytes. Larger ones are dropped: nothing that long need be said before a connection is there. */
export const INITIAL_DATAGRAM_BYTES_MAX = 2048;
/** How many times what an unproved address sent may be sent back to it (RFC 9000 §8.1). More waits. */
export const AMPLIFICATION_FACTOR = 3;

// ——— Envelopes and the store ——————————————————————————————————————————————————————————————————————————————————————————

/** How long our own envelopes ask to be kept, in seconds: 72 hours, a long weekend without a network. */
export const TTL_SECONDS_DEFAULT = 72 * 3600;
/** How often our own envelopes may be passed on: a mesh wider than this is rare. */
export const HOPS_DEFAULT = 16;
/** Envelopes waiting for one recipient in one lane. The next one is refused: `full`. */
export const RECIPIENT_ENVELOPES_MAX = 1_000;
/** Bytes waiting for one recipient in one lane. The next envelope is refused: `full`. */
export const RECIPIENT_BYTES_MAX = 16 * 1024 * 1024;
/**
 * The same of a channel that this user reads, or whose posts are of contacts: they wait until their ttl for whoever was away, and a
 * quarter of that lane is what one channel may have. More are shown, and not kept for others.
 */
export const CHANNEL_ENVELOPES_MAX = 100_000;
export const CHANNEL_BYTES_MAX = 32 * 1024 * 1024;
/** What all of them may have of that lane: strangers write there too, and must not crowd out the letters of contacts. The next post is not kept. */
export const CHANNELS_SHARE = 0.5;
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

/** Receipts of ours that may wait. The next one is not written: whoever misses it asks again, and is answered then. */
export const RECEIPTS_KEPT_MAX = 10_000;
/** Of these, for one sender: old mail of somebody who is never there can be brought again every 10 s. The next one is not written, as above. */
export const RECEIPTS_TO_ONE_MAX = 500;

// ——— Transport (docs/protocol.md §1) ——————————————————————————————————————————————————————————————————————————————————
/** Silence after which a connection sends a PING, in milliseconds: most NATs keep a mapping for 30 s. */
export const KEEP_ALIVE_MS = 20_000;
/** Silence after which a connection is over, in milliseconds. It ends with `idle`. */
export const IDLE_MS = 60_000;
/**
 * How long a peer that was asked may acknowledge nothing, in milliseconds, before it counts as silent: with KEEP_ALIVE_MS, a neighbour
 * that died is used and shown for less than half a minute. Its connection waits on until IDLE_MS.
 */
export const SILENT_MS = 8_000;
/** The shortest silence that a peer may ask us to end a connection after, in milliseconds. A shorter one counts as this. */
export const IDLE_MS_MIN = 5_000;
/** How long a dial may take, in milliseconds. It ends with `unreachable`. */
export const DIAL_MS = 60_000;
/** First wait for an answer to message 1, in milliseconds (RFC 9002 §6.2.2, rounded); doubled up to the second number. */
export const HANDSHAKE_RESEND_MS = 1_000;
export const HANDSHAKE_RESEND_MS_MAX = 8_000;
/** Addresses that one dial tries. Further ones are ignored. */
export const DIAL_ADDRESSES_MAX = 8;
/** Streams of early data in message 1. More wait for the answer. */
export const EARLY_STREAMS_MAX = 3;
/** Connections at once, of one endpoint. The next caller is told `refused`. */
export const CONNECTIONS_MAX = 160;
/** Connections that callers from one address block have, loopback excepted: a household, not a farm of made-up nodes. The next is told `refused`. */
export const CONNECTIONS_PER_BLOCK_MAX = 32;
/** Of these, those that the user did not name and this node did not dial. Beyond, the youngest of the most crowded region makes room. */
export const CONNECTIONS_OF_STRANGERS_MAX = 128;
/** Connections of every state, closing ones too, that are kept. Beyond, the one closed for longest is forgotten early: a reset answers for it. */
export const CONNECTIONS_KEPT_MAX = 512;
/** Handshakes answered and not confirmed. When all places are taken, the oldest of the most crowded region makes room, or the next message 1 is dropped. */
export const HALF_OPEN_MAX = 64;
/** The same, of one address block, so that one block cannot take all places. The next message 1 is dropped. */
export const HALF_OPEN_PER_BLOCK_MAX = 16;
/** The same, of a wider block (IPv4 /16, IPv6 /32): hosts that are rented together have half of the places. The next message 1 is dropped. */
export const HALF_OPEN_PER_WIDER_BLOCK_MAX = 32;
/** Refusals kept to be said again. The oldest is forgotten: a repeat of its message 1 is read anew. */
export const REFUSALS_KEPT_MAX = 64;
/** How long a half-open connection is kept after it was answered last, in milliseconds, within DIAL_MS in all. Then it is forgotten. */
export const HALF_OPEN_MS = 10_000;
/** Half-open connections from which on strangers must prove their address by a Retry first. */
export const RETRY_FROM_HALF_OPEN = 8;
/** How long a Retry token is good, in milliseconds. Later it is refused. */
export const RETRY_TOKEN_MS = 15_000;
/** How often the key of Retry tokens is replaced, in milliseconds. The one before is still accepted. */
export const RETRY_KEY_MS = 120_000;
/** Retry packets sent: three of four in a flood of 20,000 a second, which then takes half a core. Further ones are not; who meant it calls again. */
export const RETRIES = { burst: 1_000, perSecond: 15_000 } as const;
/** Tokens that have opened a handshake, in each of two generations of 16 s; more than HANDSHAKES_TOTAL lets in. Then the older one is forgotten early. */
export const RETRY_TOKENS_USED_MAX = 16_384;
/** Answers to repeats of one message 1. Further repeats are dropped: an honest caller sends 19 copies to each of its addresses in a minute. */
export const REPEATS_ANSWERED = { burst: 16, perSecond: 4 } as const;
/** Answers to strangers (Retry, message 2, resets) that wait to be sent. The next one is dropped: the owner sends after each burst of 32. */
export const ANSWERS_WAITING_MAX = 256;
/** Handshakes read from one address block (IPv4 /32, IPv6 /48). Further ones are dropped before any Diffie-Hellman. */
export const HANDSHAKES_PER_BLOCK = { burst: 5, perSecond: 20 } as const;
/** Handshakes read in all: at 0.4 ms each about 30 % of a core. Further ones are dropped before any Diffie-Hellman. */
export const HANDSHAKES_TOTAL = { burst: 100, perSecond: 750 } as const;
/** Of these, from callers who have not proved their address: forged ones cost 2 % of a core. Further ones are told to bring a token. */
export const HANDSHAKES_UNPROVED = { burst: 50, perSecond: 100 } as const;
/** Address blocks whose handshakes are counted. The one not heard for longest is forgotten. */
export const BLOCKS_COUNTED_MAX = 4_096;
/** Confirmed handshakes remembered, so that their message 1 is not answered again. The oldest is forgotten: a repeat proves nothing. */
export const RECENT_HANDSHAKES_MAX = 1_024;
/** Stateless resets sent. Further ones are not sent. */
export const RESETS = { burst: 10, perSecond: 10 } as const;
/** Streams of each kind that a peer may have open. The next one closes the connection: it was told. */
export const STREAMS_MAX = 128;
/**
 * Bytes that a peer may send ahead of what is read, at first: on a connection, and on one stream, which then holds a push of any
 * size. More closes the connection.
 */
export const CONNECTION_WINDOW_BYTES = 512 * 1024;
export const STREAM_WINDOW_BYTES = 128 * 1024;
/** The same on a connection whose peer sends faster than that: twice what 250 Mbit/s have on their way in 130 ms. One stream may use half. */
export const CONNECTION_WINDOW_BYTES_MAX = 8 * 1024 * 1024;
/** How far the windows of all connections together may grow. Beyond, they stay as they are, and peers wait for their reader. */
export const WINDOW_GROWTH_BYTES_MAX = 64 * 1024 * 1024;
/** Bytes written to a stream and not yet sent for the first time. `write` takes no more for now. */
export const UNSENT_BYTES_MAX = 256 * 1024;
/** Bytes written to a stream and not yet acknowledged: what the largest window has on its way. `write` takes no more for now. */
export const SEND_BUFFER_BYTES_MAX = 4 * 1024 * 1024;
/** Gaps in what has arrived of one stream. One more closes the connection: loss does not look like that. */
export const STREAM_GAPS_MAX = 1_000;
/** The same over all streams of a connection: each gap keeps an object. One more closes the connection. */
export const CONNECTION_GAPS_MAX = 5_000;
/** Longest DATAGRAM frame that a peer may send, in bytes: any that fits into a packet (RFC 9221 §3). A longer one closes the connection. */
export const DATAGRAM_FRAME_BYTES_MAX = 65_535;
/** Datagrams that wait to be sent on a connection. The oldest is dropped: it is worth the least. */
export const DATAGRAMS_QUEUED_MAX = 64;
/** How long a connection that was told to finish waits until all that was written is acknowledged, in milliseconds. Then it closes. */
export const FINISH_MS = 2_000;
/** Ranges of received packet numbers kept and acknowledged. The lowest is forgotten: its sender thinks it lost, and sends it again. */
export const ACK_RANGES_MAX = 32;
/** Packet numbers below the highest that are told apart as read or not: a power of two, less 32. What is older counts as read: dropped. */
export const REPLAY_WINDOW_NUMBERS = 8_160;
/** What a peer may wish of our ACKs at most: packets without one, and milliseconds of delay. A wish for more is met with this. */
export const ACK_ELICITING_THRESHOLD_MAX = 127;
export const ACK_DELAY_MS_MAX = 1_000;
/** Packets sent and neither acknowledged nor lost. Nothing more is sent for now. */
export const PACKETS_OUTSTANDING_MAX = 10_000;
/** What may leave at once after a pause, in datagrams, or in milliseconds at the pace if that is more: host timers are no finer than 1 ms. The rest waits. */
export const PACING_BURST_DATAGRAMS = 10;
export const PACING_BURST_MS = 2;
/** Frames in one packet, PADDING aside: one for each stream and limit there can be is fewer. More closes the connection: it would cost milliseconds. Protocol. */
export const FRAMES_MAX = 1_024;
/** Packets in one datagram that are looked at. The rest is dropped. */
export const COALESCED_PACKETS_MAX = 64;
/** Connection ids that a peer may have given us and we have not retired. One more closes the connection. */
export const CONNECTION_IDS_ACTIVE_MAX = 8;
/** Ranges of their numbers that are remembered, one for a peer that counts as it should. The lowest is forgotten: a copy of its id counts as new. */
export const CONNECTION_ID_RANGES_MAX = 32;
/** Connection ids given to the peer beside the first, for its next paths. */
export const CONNECTION_IDS_SPARE = 4;
/** Retirements of connection ids that the peer has not acknowledged. One more closes the connection (CVE-2024-22189). */
export const RETIREMENTS_MAX = 24;
/** Answers to PATH_CHALLENGE that wait to be sent. The oldest is forgotten: the peer challenges again. */
export const PATH_RESPONSES_MAX = 4;
/** Challenges of one path that an answer may still come to. The oldest is forgotten: its answer proves nothing then. */
export const CHALLENGES_MAX = 8;
/** Paths of one connection that are tried beside those in use. The oldest is given up: a peer does not move faster than that. */
export const PATHS_TRIED_MAX = 4;
/** Other addresses of a peer that a connection may try. Further ones are ignored. Protocol. */
export const CANDIDATES_MAX = 16;
/** Datagrams that each of them gets while nothing comes from there, in one round. Protocol. */
export const CANDIDATE_DATAGRAMS = 2;
/** Shortest time between two rounds, in milliseconds: at most five datagrams a minute go to each. Protocol. */
export const CANDIDATES_PAUSE_MS = 30_000;
/** Longest wait before a probe, in milliseconds: a path that comes back is found that soon. */
export const PROBE_MS_MAX = 8_000;
/** The same while nothing has been acknowledged: a server forgets a half-open connection after HALF_OPEN_MS. */
export const HANDSHAKE_PROBE_MS_MAX = 2_000;
/** Packets that did not open under the keys of one connection (RFC 9001 §6.6). Then it closes. */
export const FAILED_OPENS_MAX = 2 ** 36;
/** Packets sealed under one key. Then the connection closes: the peer has not followed an update for a million times as long as it takes. */
export const SEALED_PACKETS_MAX = 2 ** 40;
/** Packets sealed under one key, from which on the next packet that may have newer keys has (RFC 9001 §6.6). Protocol: at the latest. */
export const KEY_UPDATE_PACKETS = 2 ** 20;
/** Longest time that the keys before an update are kept, in milliseconds: three probe timeouts of every path but a peer's invention. */
export const OLD_KEYS_MS_MAX = 10_000;
/** Highest packet number. Then the connection closes: no number is used twice, and none is near what a double cannot count. Protocol. */
export const PACKET_NUMBER_MAX = 2 ** 52;
/** When a connection is replaced by a new handshake: an hour old, or after a gibibyte of payload, both ways together. Protocol. */
export const RENEWAL = { ageMs: 3_600_000, bytes: 2 ** 30 } as const;
/** How much later the side that did not dial begins, in milliseconds: if the other could not, or has forgotten it. */
export const RENEWAL_GRACE_MS = 600_000;
/** First wait after a renewal that led to nothing, in milliseconds; doubled up to the age at which it was due. The old connection stays. */
export const RENEWAL_RETRY_MS = 300_000;
/** How often the connections are looked over for old ones, in milliseconds: it is not urgent. */
export const RENEWAL_LOOK_MS = 60_000;
/** How long the loser of two connections may finish its streams, in milliseconds. Then it closes with `duplicate`. */
export const DUPLICATE_FINISH_MS = 5_000;
/** Longest time that a connection is kept after its end, in milliseconds: three probe timeouts of every path but a peer's invention. */
export const CLOSING_MS_MAX = 10_000;
/** Bytes of the words in a CONNECTION_CLOSE. The rest is cut. */
export const CLOSE_DETAIL_BYTES_MAX = 256;

// ——— Routes and interest (docs/protocol.md §2.1, §2.3) —————————————————————————————————————————————————————————————————

/** Smallest and largest cost of a link. What is measured outside is moved to the nearer end. Protocol. */
export const LINK_COST_MIN = 16;
export const LINK_COST_MAX = 65_535;
/** How often an origin announces itself anew, in milliseconds, ± ROUTE_REFRESH_JITTER. Protocol: at least twice in a lifetime. */
export const ROUTE_REFRESH_MS = 600_000;
export const ROUTE_REFRESH_JITTER = 0.2;
/** Shortest time between two sequence requests for one origin, and between two that an origin answers, in milliseconds. Protocol. */
export const SEQNO_REQUEST_MS_MIN = 2_000;
/** How long a sequence number waits that the disk refused; then it is written again. */
export const SEQNO_RETRY_MS = 10_000;
/** Requests that stay unanswered are repeated, doubling up to this. */
export const SEQNO_REQUEST_MS_MAX = 64_000;
/** Neighbours that one sequence request goes to. More would multiply at every hop. */
export const SEQNO_REQUEST_FANOUT = 3;
/** A route's metric is told again when it moved by more than this share, and a new way is taken when it is better by more: measured delays tremble. */
export const METRIC_CHANGE_SHARE = 0.2;
/** Destinations with a route. Beyond, the farthest that nobody here knows, of the neighbour that brought the most, makes room. */
export const ROUTES_MAX = 1_024;
/**
 * Origins not heard of before that are checked: a point takes most of a millisecond, and a neighbour makes up thousands. The burst
 * is two full tables, the rest about 2 % of a core (20 keys at 0.8 ms). Beyond, the route is passed over until it is told again.
 */
export const NEW_ORIGINS: Rate = { burst: 2_048, perSecond: 20 };
/** Origins whose newest announcement and feasibility distance are remembered. Beyond, the longest unheard is forgotten, or a stranger not learnt. */
export const SOURCES_MAX = 8_192;
/** How long they are remembered, in milliseconds: 7 days. Protocol. */
export const SOURCE_MS_MAX = 7 * 24 * 3600 * 1000;
/**
 * How long a neighbour whose connection was replaced has to say again what it had said, in milliseconds: a whole table over a slow link.
 * What it has not said by then is over.
 */
export const RETELLING_MS = 60_000;
/**
 * Neighbours and routes that come and go: so many times within a minute or two are accidents. Beyond, each is held when it comes back, at
 * first so long and twice as long each further time, in milliseconds, and used last and not announced meanwhile. What was counted halves
 * every minute. So a link that flaps every second is told of three times and then left alone, and one that flaps every minute never is.
 */
export const FLAPS_FREE = 3;
export const FLAPS_MAX = 8;
export const FLAPS_HALF_MS = 60_000;
export const HOLD_MS_MIN = 1_000;
export const HOLD_MS_MAX = 30_000;
/** Neighbours, and destinations, whose coming and going is counted. The one that has been quiet for longest is forgiven. */
export const FLAPPERS_MAX = 1_024;
/** Routes in one message, about 32 KiB. The rest goes in the next. */
export const ROUTES_PER_MESSAGE_MAX = 256;
/** Shortest time between two batches of changes for one neighbour, in milliseconds. What changes meanwhile goes together. */
export const UPDATE_INTERVAL_MS = 50;
/** How long a route with a newer sequence number, and no other news, waits for others to go to a neighbour with it, in milliseconds. */
export const REFRESH_GATHER_MS = 5_000;
/** Routes and requests that a node sends to one neighbour: this many at once (a whole table, twice), and this many a second. The rest waits. Protocol. */
export const UPDATES_BURST = 2_048;
export const UPDATES_PER_SECOND = 100;
/**
 * Routes and requests that one neighbour may send. Beyond, it is closed. So far above what it should send, since a link may stall
 * for as long as a connection lives and then deliver all at once.
 */
export const UPDATES_BURST_TAKEN = 8 * UPDATES_BURST;
export const UPDATES_PER_SECOND_TAKEN = 4 * UPDATES_PER_SECOND;
/** Channels in which one neighbour's interest is kept, or told to it, own ones first. The next is passed over. Protocol. */
export const INTEREST_CHANNELS_MAX = 256;
/** Tags told per channel: the two nearest, so that one is left when the other is the reader's own. Protocol. */
export const INTEREST_TAGS = 2;
/** Tags kept per channel and neighbour. The farthest is dropped. Twice what is told, since the new come before the old are taken back. */
export const INTEREST_TAGS_MAX = 4;
/** How long a tag is used, in milliseconds: 12 hours. Protocol. */
export const INTEREST_TAG_MS = 12 * 3600 * 1000;
/** Changes of interest told to one neighbour, and taken from it, as for routes. */
export const INTEREST_BURST = 512;
export const INTEREST_PER_SECOND = 20;
export const INTEREST_BURST_TAKEN = 8 * INTEREST_BURST;
export const INTEREST_PER_SECOND_TAKEN = 4 * INTEREST_PER_SECOND;
/** Messages of one comparison of what two neighbours have of a channel. What is left then is compared anew, later. Protocol. */
export const RECONCILE_ROUNDS_MAX = 16;
/** Ranges in one of them, and ids in a list there. A longer one closes the connection; what does not fit is said as one fingerprint. Protocol. */
export const RECONCILE_RANGES_MAX = 512;
export const RECONCILE_IDS_MAX = 1_024;
/** Posts of a range that are listed when its fingerprint differs; more are cut into RECONCILE_PARTS. */
export const RECONCILE_LIST_MAX = 64;
export const RECONCILE_PARTS = 16;
/** Posts said whole in one answer, because their short ids are those of others. The next comparison says the others. */
export const RECONCILE_SHOWN_MAX = 512;
/** Bytes of an answer from which on no range is added to it. The rest of the ranges is said as one fingerprint. */
export const RECONCILE_ANSWER_BYTES = 16 * 1024;
/** Posts looked at to answer one neighbour: a million take 0.3 s, and are all that there may be ten times. Further messages are passed over. */
export const RECONCILE_COST_TAKEN: Rate = { burst: 1_000_000, perSecond: 5_000 };
/** Messages of comparisons answered to one neighbour, several for each channel there may be. More are passed over. */
export const RECONCILES_TAKEN: Rate = { burst: 4_096, perSecond: 10 };
/** Posts that one neighbour may want in comparisons: 8 bytes may bring 80 KiB. Messages with more are passed over. */
export const RECONCILE_WANTS_TAKEN: Rate = { burst: 16_384, perSecond: 200 };
/** How long a comparison waits after the news that leads to it, in milliseconds: both sides must have told their interest, and more may follow. */
export const RECONCILE_WAIT_MS = 250;
/** How long whoever is not to begin waits for the other side to, in milliseconds. Then it begins. */
export const RECONCILE_OTHER_MS = 5_000;
/** How long posts on their way from one neighbour keep comparisons of their channel waiting before it is looked again, in milliseconds. */
export const RECONCILE_AGAIN_MS = 1_000;
/** Posts wanted of one neighbour, and of all, that have not come. Further ones are not wanted before. */
export const WANTED_MAX = 2_048;
export const WANTED_TOTAL_MAX = 16_384;
/** The same of a channel that this user does not read: what a carrier has room for from one stranger, before it has passed it on. */
export const WANTED_CARRIED_MAX = 64;
/**
 * How long a neighbour may send nothing of what is wanted of it, and how long it may take for all, in milliseconds. Then others are
 * asked, and it is not for as long, twice as long each time, up to AGAIN_MS_MAX.
 */
export const WANTED_MS = 30_000;
export const WANTED_ALL_MS = 300_000;
/** Neighbours remembered that did not send what was wanted of them. The one that failed longest ago is forgotten. */
export const WANTED_FAILURES_MAX = 1_024;

// ——— The node ————————————————————————————————————————————————————————————————————————————————————————————————————————

/** Pushes to one neighbour that wait for its answer at a time; the others queue. Small, so that order mostly survives loss. */
export const PUSHES_IN_FLIGHT_MAX = 32;
/** How long a neighbour may take to answer a push, in milliseconds. Then whoever else is on the way is asked. */
export const ANSWER_MS_MAX = 60_000;
/** First wait for a receipt before the same neighbour or another is asked again; doubles up to AGAIN_MS_MAX. */
export const AGAIN_MS_MIN = 60_000;
export const AGAIN_MS_MAX = 3_600_000;
/** First wait after a refusal that may change by itself; doubles up to AGAIN_MS_MAX. */
export const REFUSED_WAIT_MS_MIN = 2_000;
/** How long a node that stops waits for the disk before it says goodbye, in milliseconds: what is written may be mail that can still go out. */
export const LEAVE_MS = 500;
/** How long what happened waits to be written again that the disk refused, in milliseconds; doubles. */
export const KEEP_AGAIN_MS_MIN = 1_000;
export const KEEP_AGAIN_MS_MAX = 60_000;
/** Times a neighbour may ask us to take custody of an envelope anew, a minute apart and doubling. Then `passed`. */
export const AGAIN_PER_NEIGHBOUR_MAX = 3;
/** Bytes of one neighbour's pushes that have not ended; a window of the largest is 2.6 MB. Beyond, the connection is closed. Protocol. */
export const UNFINISHED_BYTES_MAX = 4 * 1024 * 1024;
/** The same of all neighbours. Beyond, the one that has left the most is closed. */
export const UNFINISHED_TOTAL_BYTES_MAX = 64 * 1024 * 1024;
/** Control bytes that may wait for one neighbour's flow control. Beyond, the connection is closed. */
export const CONTROL_QUEUE_BYTES_MAX = 1024 * 1024;
/** Peers remembered. The longest unheard that nobody named is forgotten. */
export const PEERS_MAX = 4096;
/** Addresses kept per peer, best first. */
export const PEER_ADDRESSES_MAX = 8;
/** Of these, those where it has proved to be, or is by the user's word. The oldest makes room; the others are left for what is only said. */
export const PEER_ADDRESSES_SURE_MAX = 4;
/** Neighbours that a node looks for by itself, dials included. It accepts more, up to CONNECTIONS_MAX of the transport. */
export const PEERS_LOW = 32;
/** Neighbours from which on the least useful are let go, until PEERS_LOW are left: four a second, so that routes can follow. */
export const PEERS_HIGH = 128;
export const LET_GO_PER_LOOK = 4;
export const LET_GO_LOOK_MS = 1_000;
/** How long a neighbour is left to show what it is good for, in milliseconds, before it may be let go. */
export const GRACE_MS = 60_000;
/** How long whoever was let go, or did let us go, is not dialled without a reason, in milliseconds, ± 20 %. */
export const LET_GO_MS = 600_000;
/** Dials begun in a second, and under way: as many again for mail that waits and for the user. The others wait for their turn. */
export const DIALS_PER_SECOND = 8;
export const DIALS_AT_ONCE = 16;
/** Neighbours at one public address (IPv4 /32, IPv6 /48) whom this user does not know. The next is let go: `enough`. */
export const PEERS_PER_ADDRESS = 8;
/**
 * Dials under way to nodes that only called once and told where they are: a hundred thousand of them must not make this node
 * flood those places. The others have their turn later.
 */
export const STRANGERS_DIALLED_MAX = 8;
/** How long a peer may take to answer, or mail wait, in milliseconds, before `/mesh doctor` names it: handshakes take a few at most. */
export const PATIENCE_MS = 3_000;
/** How far this calendar may be from those of neighbours, in milliseconds. Beyond, `/mesh doctor` says so. */
export const CLOCK_OFF_MS = 15 * 60_000;
/** For how long `/mesh doctor` tells of mail that was refused or expired, in milliseconds: a day. */
export const ENDED_TOLD_MS = 24 * 3_600_000;
/** Messages of ours of which it is remembered what was tried, and tries of each: for `/mesh why`. The oldest are forgotten. */
export const ATTEMPTS_MESSAGES_MAX = 1_024;
export const ATTEMPTS_EACH_MAX = 8;
/** Peers of which it is remembered how calls to them ended. The one called longest ago is forgotten. */
export const DIALS_REMEMBERED_MAX = 1_024;
/** Peers that a connection is wanted to. The oldest wish that is not urgent is forgotten. */
export const WISHES_MAX = 4_096;
/** Lowest port that a neighbour may say it is at: below are services of others, which our packets would disturb. Protocol. */
export const TOLD_PORT_MIN = 1_024;
/** Authors not heard of before whose mail one neighbour may bring: to check a key takes most of a millisecond. Beyond: `full`. */
export const NEW_AUTHORS_TAKEN: Rate = { burst: 512, perSecond: 20 };
/** Bytes of envelopes to be shown, by authors whom this user neither named nor wrote to: shown is kept for ever. Beyond: `full`. */
export const STRANGERS_BYTES_SHOWN: Rate = { burst: 16 * 1024 * 1024, perSecond: 4 * 1024 };
/** Addresses of ours that neighbours are told. The rest is left out. Protocol. */
export const ADDRESSES_TOLD_MAX = 16;
/** News of its addresses, or of ours, that one neighbour may tell: each is a write. More are passed over. */
export const ADDRESSES_TAKEN: Rate = { burst: 8, perSecond: 0.1 };
/** Envelopes that one neighbour may want: each id of 32 bytes may bring 80 KiB. More are passed over. */
export const WANTS_TAKEN: Rate = { burst: 4_096, perSecond: 50 };
/** Waits between dials to one peer: first, and at most. Doubles, ± 20 %. */
export const REDIAL_MS_MIN = 1_000;
export const REDIAL_MS_MAX = 300_000;
/** A connection that lasted shorter than the first number does not begin these waits anew; they go on, up to the second. */
export const STEADY_MS = 60_000;
export const REDIAL_MS_BRIEF_MAX = 30_000;
/** Nodes that a trace passes at most, each way. Beyond, it turns round, or is dropped on its way back. Protocol. */
export const TRACE_HOPS_MAX = 16;
/** Traces that one neighbour may bring: each costs a signature, and bytes on every link of its way. More are dropped. */
export const TRACES_TAKEN: Rate = { burst: 16, perSecond: 2 };
/** How long it is gathered what the user reads before its authors are told, in milliseconds: a page of letters is one receipt. */
export const READ_GATHER_MS = 2_000;
/** Letters gathered so. Of further ones it is not told that they were read. */
export const READ_GATHERED_MAX = 4_096;
/** How often it is said again that the user goes on writing, in milliseconds. Keys pressed in between say nothing. Protocol. */
export const TYPING_AGAIN_MS = 3_000;
/** Datagrams that one neighbour may send: somebody writes in three places at most. More are passed over. */
export const TYPING_TAKEN: Rate = { burst: 8, perSecond: 1 };
/** Violations of the mesh protocol by one peer within VIOLATION_WINDOW_MS before it is left alone for VIOLATION_BAN_MS. */
export const VIOLATIONS_MAX = 3;
export const VIOLATION_WINDOW_MS = 600_000;
export const VIOLATION_BAN_MS = 3_600_000;
/** How often link costs are looked at, for the routes. */
export const LINK_COST_MS = 5_000;
/** How far the calendar may move, in milliseconds, before the ages on disk are written anew: they would be wrong by that much after a restart. */
export const CALENDAR_TRUSTED_MS = 60_000;

// ——— Custody (docs/protocol.md §2.2, §3.2) ————————————————————————————————————————————————————————————————————————————

/** Envelopes that one neighbour may push: each costs signatures and a place in a commit, and others want their share. Beyond: `full`. */
export const PUSHES_TAKEN: Rate = { burst: 4_096, perSecond: 500 };
/** Mail refused for good whose senders are told so by a receipt: each is a signature. Of the rest only whoever brought it hears. */
export const REFUSALS_TOLD: Rate = { burst: 64, perSecond: 0.2 };
/** How long a receipt may take at least, in milliseconds, before it counts as late four times later: disks are slow now and then. */
export const RECEIPT_EXPECTED_MS_MIN = 3_000;
/** What one receipt that took longer says at most of how long the next ones take, in milliseconds: it was held back, or its writer was away. */
export const RECEIPT_EXPECTED_MS_MAX = 60_000;
/** How many times the expected time a receipt may take. Then the message goes another way too, and whoever took it has missed one. Protocol. */
export const RECEIPT_LATE_FACTOR = 4;
/** What each relay adds to that time for its disk, in milliseconds, each way. */
export const RELAY_COMMITS_MS = 100;
/** Receipts in a row that do not come for what a neighbour took. Then it is used only when there is no other way, for SUSPECTED_MS. Protocol. */
export const RECEIPTS_MISSED_MAX = 3;
export const SUSPECTED_MS = 3_600_000;
/** Messages of ours whose receipts are timed. The oldest is forgotten: its receipt says nothing about who took it. */
export const RECEIPTS_AWAITED_MAX = 4_096;
/** Neighbours whose receipts are counted. The longest unchanged is forgotten. */
export const TRACKS_MAX = 1_024;
/** Neighbours that are remembered as having taken one envelope. The first is forgotten, and may be given it again. */
export const HANDED_TO_MAX = 32;
/** How long after a letter an answer to it goes back over the neighbour that brought it: a receipt is written at once, and crosses disks. */
export const TRAIL_MS = 60_000;
/** Pairs of nodes of which is remembered who brought the last letter. Beyond, the oldest is forgotten, and the answer goes by the routes. */
export const TRAILS_MAX = 4_096;
/** After a restart, by when what others have already taken is asked about again, in milliseconds: spread over this time, and not all at once. */
export const RESUME_MS = { own: 60_000, carried: 600_000 } as const;
/** Copies of a direct message that its sender may spread when nobody can reach its recipient, its own among them. */
export const COPIES_DEFAULT = 4;
/** Copies that a carrier takes at most, whatever it is offered. Protocol. */
export const COPIES_TAKEN_MAX = 8;
/** How long there must be no way to a recipient before copies are given to carriers, in milliseconds: a dial, or a route that changes, needs as long. */
export const SPRAY_AFTER_MS = 3_000;
/** Copies on their way to carriers at a time. More wait. */
export const GIFTS_UNDER_WAY_MAX = 64;
/** Of these, to one carrier, where there is another: one that takes a minute over each must not hold up the mail. Beyond, the others come first. */
export const GIFTS_TO_ONE_MAX = 16;
/** How long a neighbour that has no room for carried mail, or takes none, is not offered any, in milliseconds. */
export const CARRIER_ASIDE_MS = 60_000;
/** Destinations of which it is remembered who led there last, and neighbours for each. The longest unchanged is forgotten. */
export const ENCOUNTERS_MAX = 4_096;
export const ENCOUNTERS_EACH_MAX = 32;

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

// ——— Lines that people and scripts type ———————————————————————————————————————————————————————————————————————————————

/** Characters of one line of input, escaped at worst still a request. A longer one is refused, and skipped to its end. */
export const LINE_CHARS_MAX = 128 * 1024;
/** Events that line mode holds back until the line they belong to is answered. Then they are told at once. */
export const EVENTS_HELD_MAX = 1_000;

// ——— The full screen ——————————————————————————————————————————————————————————————————————————————————————————————————

/** Lines of one conversation that the screen holds. At the bound the oldest leave; paging back reads them again. */
export const SCREEN_LINES_MAX = 5_000;
/** Lines of one conversation that are kept while another is open. */
export const SCREEN_LINES_IDLE = 500;
/** Long messages of one conversation that are shown whole. Beyond, the one opened first is folded again. */
export const SCREEN_UNFOLDED_MAX = 32;
/** Rows of a message that are shown; of a longer one half as many, and how many more there are. */
export const SCREEN_MESSAGE_ROWS = 40;
/** Characters of a link in a message. What is longer is text: terminals and browsers differ beyond. */
export const LINK_CHARS_MAX = 2_000;
/** Bytes of a text that is copied: in base64 100,000 characters, which is where terminals stop. A longer one is not copied. */
export const COPY_BYTES_MAX = 74_994;
/** Hits of a search that a screen holds. Older ones are found by more words. */
export const SCREEN_HITS_MAX = 1_000;
/** Hits asked of the node at once. */
export const SCREEN_PAGE_HITS = 50;
/** How long a notice of somebody who is writing is shown, in milliseconds. */
export const TYPING_SHOWN_MS = 6_000;
/** How long after a notice on the desktop the same conversation gives no other, in milliseconds. */
export const NOTICE_COOLDOWN_MS = 30_000;
/** Notices on the desktop in a minute of people whom the user has not named: a thousand strangers who write at once are no thousand notices. */
export const NOTICES_A_MINUTE_MAX = 8;
/** Conversations of which a screen remembers when they gave notice last; the one longest ago is forgotten. */
export const NOTICES_MAX = 256;
/** Characters of a message in a notice on the desktop. The rest is left out. */
export const NOTICE_CHARACTERS_MAX = 120;
/** Lines asked of the node at once when paging back. */
export const SCREEN_PAGE_LINES = 200;
/** Arriving events are drawn together, at most this often, in milliseconds: frames, not messages, are what costs. */
export const SCREEN_FLUSH_MS = 100;
/** News of messages that are not on the screen yet, kept until they are. The oldest is forgotten; reading lines again brings its state. */
export const SCREEN_EARLY_NEWS_MAX = 100;
/** Views that lie beneath one another; the lowest is forgotten. */
export const SCREEN_PANES_MAX = 8;
/** What traces found that a screen remembers, for its map; the oldest is forgotten. */
export const SCREEN_TRACES_MAX = 64;
/** How far back a screen remembers round-trip times of links, in milliseconds: 8 minutes. */
export const SCREEN_RTTS_MS = 8 * 60 * 1000;
/** How far apart two of them are at least, in milliseconds. Neighbours are few; others have none. */
export const SCREEN_RTTS_EVERY_MS = 5_000;
/** Notices of people who are writing that a screen keeps; the oldest goes. */
export const SCREEN_WRITERS_MAX = 32;
/** Undertakings whose progress a screen follows at once; the one told longest ago goes. */
export const SCREEN_TASKS_MAX = 8;
/** How often status and peers are read again although nothing happened, in milliseconds. */
export const SCREEN_REFRESH_MS = 10_000;
/** How long the node may take to say how it is, in milliseconds, before the screen says that it does not answer. */
export const SCREEN_PATIENCE_MS = 5_000;
/** How long the first Ctrl+C on an empty line waits for the second, in milliseconds. */
export const INTERRUPT_TWICE_MS = 1_000;
/** Lines that ↑ brings back. The oldest is forgotten. */
export const PROMPT_HISTORY_MAX = 500;
/** Steps that can be undone in the prompt. The oldest is forgotten. */
export const UNDO_STEPS_MAX = 100;
/** Killed texts that can be put back. The oldest is forgotten. */
export const KILL_RING_MAX = 16;
/** The line being written, in UTF-16 units: twice what a line may have, so that what is too long can be shortened. What would make it longer is not taken. */
export const PROMPT_UNITS_MAX = 256 * 1024;
/** How long after a key what is being written is written down, in milliseconds: what a screen that is killed may lose. */
export const DRAFT_KEPT_AFTER_MS = 500;
/** A line of the history on disk, in UTF-16 units. A longer one is remembered until the screen ends. */
export const HISTORY_LINE_UNITS_MAX = 8 * 1024;
/** The history on disk, in UTF-16 units. When a screen begins, a longer one is cut to the `PROMPT_HISTORY_MAX` newest lines. */
export const HISTORY_FILE_UNITS_MAX = 4 * 1024 * 1024;
/** Conversations of which a draft is kept on disk. Those of more are kept until the screen ends. */
export const DRAFTS_KEPT_MAX = 500;
/** Different large pastes that one line folds. Further ones stand in it as they are. */
export const FOLDS_MAX = 64;
/** Letters that a screen searches for, in UTF-16 units. The rest is cut off. */
export const QUERY_UNITS_MAX = 200;
/** What is pasted into a text of one line in a view, in UTF-16 units. The rest is cut off. */
export const VIEW_PASTE_UNITS_MAX = 2_000;
/** Rows the prompt grows to. Beyond, it scrolls. */
export const PROMPT_ROWS_MAX = 8;
/** A paste with more lines than this is shown folded. */
export const PASTE_FOLD_LINES = 20;
/** A paste longer than this, in UTF-16 units, is shown folded. */
export const PASTE_FOLD_UNITS = 2_000;
/** Of a paste longer than this, in UTF-16 units, the rest is left out: no line has room for it, so all of it is refused (`PROMPT_UNITS_MAX`). */
export const PASTE_UNITS_MAX = 1024 * 1024;
/** How long the beginning of a key sequence waits for its rest, in milliseconds, before it is taken for the Esc key. */
export const KEY_SEQUENCE_WAIT_MS = 25;
/** How long what can be nothing but a key sequence waits for its rest, in milliseconds. Then it is dropped: it never becomes text. */
export const KEY_SEQUENCE_REST_MS = 500;
/** A key sequence or an answer of the terminal longer than this, in UTF-16 units, is dropped. */
export const KEY_SEQUENCE_UNITS_MAX = 4096;
/** How long a paste waits for more of itself, in milliseconds, before what has come is taken: its end may be lost. */
export const PASTE_REST_MS = 2_000;
/** How long the first frame waits for a terminal to say how it draws, in milliseconds. One that says nothing is taken for a usual one. */
export const TERMINAL_ANSWER_MS = 200;
/** How long leaving a screen waits for its node to hear the goodbye, in milliseconds. */
export const SCREEN_GOODBYE_MS = 2_000;
/** Bytes of a configuration file: hundreds of keys and comments. One that is longer is refused, and no more of it read. */
export const CONFIG_FILE_BYTES_MAX = 1024 * 1024;
/** UTF-16 units of a theme file. A longer one is refused. */
export const THEME_FILE_BYTES_MAX = 64 * 1024;

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
/** The sign of a reaction, in bytes of UTF-8: one emoji, which may be a family of four with their skins (41), or a short word. More is malformed. Protocol. */
export const SIGN_BYTES_MAX = 48;
/** Authors whose reactions to one line are counted. Of more the first by their ids are. */
export const REACTING_AUTHORS_MAX = 256;
/** Different signs on one line that screens are told of: those that most have given. The rest is kept, and not shown. */
export const REACTION_SIGNS_MAX = 16;
/** Names of those who gave one sign that screens are told. The others are only counted. */
export const REACTION_NAMES_MAX = 8;
/** How much of the line that an answer answers goes with it to a screen, in characters. The line itself is one question away. */
export const QUOTE_CHARACTERS_MAX = 200;
/** How long a message waits for one that should come before it, in milliseconds. Then it is shown, and the gap with it. */
export const GAP_WAIT_MS = 3_000;
/**
 * How far a rank that is believed may be ahead of the calendar, in milliseconds since 1970: honest ones count lines, and are far below
 * it. A line with a higher one counts as having none. So nobody holds the last place for longer than this. Protocol.
 */
export const RANK_AHEAD_MAX = 24 * 3600 * 1000;
/** Messages that wait for earlier ones, over all conversations. The one that waits longest is shown. */
export const WAITING_MESSAGES_MAX = 256;
/** Conversations whose last numbers are in memory. The one unused longest is forgotten; its next message is taken as it comes. */
export const CONVERSATIONS_MAX = 10_000;
/** Authors of one channel whose last numbers are in memory. The one silent longest is forgotten, as above. */
export const CHANNEL_AUTHORS_MAX = 256;
/** Ids of one channel known to be shown, for order by cause. Beyond, a message may wait `GAP_WAIT_MS` for one that is here. */
export const CHANNEL_IDS_MAX = 256;
/** Members of one channel that are remembered. The one heard longest ago that the user has not named is forgotten. */
export const CHANNEL_MEMBERS_MAX = 256;
/** Members of a channel from which on nobody marks what he has: every mark reaches all, so that they cost the square of their number. */
export const MARKING_MEMBERS_MAX = 32;
/** How long a member waits with the mark of what it has shown, in milliseconds: more may come, others speak too. Protocol. */
export const MARK_WAIT_MS_MIN = 30_000;
export const MARK_WAIT_MS_MAX = 60_000;
/** Shortest time between two marks of one member in a channel, in milliseconds. Protocol. */
export const MARK_AGAIN_MS = 600_000;
/** Marks of one member in a channel in the long run: who cannot read them carries at most 18 at a time, of the 100 that a stranger may leave. */
export const MARKS_SENT: Rate = { burst: 6, perSecond: 1 / 7_200 };
/** How long a mark asks to be kept, in seconds: a newer one of the same member says all that it said. Protocol. */
export const MARK_TTL_SECONDS = 24 * 3600;
/** Ranges of lines in one mark: the newest authors first. More are malformed; of our own the rest is not said. Protocol. */
export const MARK_RANGES_MAX = 32;
/** Ranges of lines remembered of one author, or as had by one member. The lowest is forgotten: then it is not known who has it. */
export const LINE_RANGES_MAX = 32;
/** Lines of ours whose ids are in memory, so that who names one is known to have it. Older ones are only counted by marks. */
export const OWN_LINES_MAX = 1_024;
/** Lines of channels, the newest, that a node wakes up with, to go on marking. Older ones are not marked any more. */
export const LINES_WOKEN_WITH_MAX = 1_024;
/** How much newer a sign of life of a member must be before it is written, in milliseconds. */
export const MEMBER_SEEN_MS = 60_000;
/** How long a member counts that is silent, in milliseconds: 30 days, as long as a message may be kept for it. */
export const MEMBER_GONE_MS = 30 * 24 * 3600 * 1000;
/** Ids that one turn acknowledges. The rest is dropped: who misses a receipt sends again, and is answered then. */
export const RECEIPTS_OWED_MAX = 4_096;
/** How long a duplicate is not answered by another receipt, in milliseconds (docs/protocol.md §3.2). A sender asks by another way after 12 s. */
export const RECEIPT_AGAIN_MS = 10_000;
/** Channels joined. The next one is refused: `too-many`. As many as a neighbour takes interest in (docs/protocol.md §2.3). */
export const CHANNELS_MAX = 256;
/** Cells of a screen that a name takes. It is cut. */
export const NAME_CELLS_MAX = 64;
/** Combining marks in a row that are shown. The rest is cut: nobody writes more, and stacks of them cover other lines. */
export const MARKS_MAX = 8;

// ——— Sealing ——————————————————————————————————————————————————————————————————————————————————————————————————————————

/** Longest content of one envelope, in bytes: padded to 63,488 and sealed it still fits `PAYLOAD_BYTES_MAX`, and the next step does not. */
export const CONTENT_BYTES_MAX = 63_487;
/** Envelopes for which it is remembered how often a neighbour made us take them anew; the oldest are forgotten. */
export const ASKED_AGAIN_MAX = 4096;

// ——— Host: socket, database, discovery ————————————————————————————————————————————————————————————————————————————————

/** Receive buffer asked of the system, in bytes: with Linux's 208 KiB a burst at full speed loses a fifth. The system may give less. */
export const SOCKET_RECEIVE_BYTES = 4 * 1024 * 1024;
/** Bytes that wait in a socket to be sent. The newest datagram is dropped and counted, as a full network would. */
export const SEND_QUEUE_BYTES_MAX = 1024 * 1024;
/** How long a socket may send nothing of what waits in it, in milliseconds, before it is opened anew (libuv #5194). */
export const SEND_STUCK_MS = 5_000;
/** Addresses kept in parsed form, three for each connection. The whole cache is dropped and fills again. */
export const ADDRESS_CACHE_MAX = 512;
/**
 * Addresses sent to once, which are kept parsed when they are sent to again. All are forgotten together. Few: what a flood makes up
 * would grow old among them, and V8 lets 50 MB of it gather.
 */
export const ADDRESSES_ONCE_MAX = 64;
/** Sizes of datagrams for which a socket keeps a callback. The whole cache is dropped and fills again. */
export const SENT_SIZES_MAX = 1_024;
/** How long a driver may do nothing, in milliseconds, or the calendar run ahead of its clock, before the machine counts as having slept. */
export const SLEPT_MS_MIN = 10_000;
/**
 * Largest datagram within this machine, and on links that would take more, in bytes: a megabyte costs its sender 5 ms, at 8 KiB 8 and at
 * 64 KB 6 to 8. Systems other than Linux and Windows send at most the second number at once, unless told otherwise (`maxdgram`).
 */
export const DATAGRAM_BYTES_MAX = 16_384;
export const DATAGRAM_BYTES_MAX_BSD = 9_216;
/** Bytes of one qlog file, and of all that a run of a node writes. A file ends there with a record that says so; then none is begun. */
export const QLOG_FILE_BYTES_MAX = 64 * 1024 * 1024;
export const QLOG_BYTES_MAX = 1024 * 1024 * 1024;
/** Bytes of one qlog file that wait for a slow disk. What comes meanwhile is left out of it, and counted. */
export const QLOG_WAITING_BYTES_MAX = 1024 * 1024;
/** Connections that are written down at once: all that there may be, and as many half-open ones. Further ones are not. */
export const QLOG_FILES_OPEN_MAX = 512;
/** Records kept of a caller that has proved nothing yet; no file is made of a stranger's Initial. Later ones are left out. */
export const QLOG_UNPROVED_RECORDS_MAX = 64;
/** First port tried when the wanted one is taken, and how many are tried from there. Then any free port is taken. */
export const FALLBACK_PORT = 7010;
export const FALLBACK_PORTS = 90;
/** Group commit: so many records do not wait for more. */
export const COMMIT_RECORDS_MAX = 64;
/** Group commit: how long a record waits for others after a commit, in milliseconds. */
export const COMMIT_WAIT_MS = 5;
/** How far the calendar may move against the monotonic clock, in milliseconds, before the node is told. */
export const CALENDAR_STEP_MS = 1_000;
/** How long a node that stops waits at most, in milliseconds: FINISH_MS, LEAVE_MS, and a little for a machine that is busy. Then it ends all the same. */
export const STOP_MS_MAX = 3_000;
/** How often the driver looks whether the machine slept, moved to another network or has a stuck socket, in milliseconds. */
export const HEARTBEAT_MS = 2_000;
/** Longest sleep of the driver's timer, in milliseconds: a timer does not count the time a machine is suspended. */
export const TIMER_MS_MAX = 60_000;
/**
 * Lines that are read one by one, newest first, for words too short for the index: a third of a second is the most that one search may
 * cost. Older ones are not found by such words alone.
 */
export const SEARCH_LINES_READ_MAX = 250_000;
/** Words of one search. It is refused with more: each is a list to be joined. */
export const SEARCH_WORDS_MAX = 16;
/** Lines put into the index at a time, while others wait for the disk: about 10 ms. The rest has its turn. */
export const INDEXED_AT_ONCE = 500;
/** Lines on disk whose turn to be told has not come: those of one commit and WAITING_MESSAGES_MAX. The oldest keeps its place. */
export const UNTOLD_LINES_MAX = 4_096;
/** Nodes remembered that the user never named. The one not seen for longest is forgotten. */
export const PEERS_REMEMBERED_MAX = 4_096;
/** Finished deliveries that a node remembers. Older ones are history: late evidence for them changes nothing. */
export const DELIVERIES_LOADED_MAX = 10_000;
/** How often a node's log says how it is, in milliseconds: 600 KB a day at most. */
export const STATUS_LOG_MS = 30_000;
/** Lines of the same wording that are logged in a second. The rest is left out. */
export const LOG_LINES_PER_SECOND = 10;
/** Nodes found by mDNS. Further ones are ignored and counted until others expire. */
export const MDNS_RECORDS_MAX = 1_000;
/** Addresses remembered of one node found by mDNS. The one heard longest ago is forgotten. */
export const MDNS_ADDRESSES_MAX = 4;
/** An mDNS datagram, in bytes (RFC 6762 §17), and its records. A larger one is dropped: the library's time is their square. */
export const MDNS_DATAGRAM_BYTES_MAX = 9_000;
export const MDNS_DATAGRAM_RECORDS_MAX = 128;
/** mDNS datagrams read in a second and network. The rest is dropped and counted; announcements come again. */
export const MDNS_DATAGRAMS_PER_SECOND = 200;
/** Answers that one responder gives in a round of asking, two a second. The rest is dropped: each one reaches everyone (RFC 6762 §6). */
export const MDNS_ANSWERS_PER_ROUND = 40;
/** Ids not heard before that mDNS checks: a point takes most of a millisecond. Further ones are ignored; they announce themselves again. */
export const MDNS_NEW_IDS = { burst: 100, perSecond: 20 };
/** Networks that mDNS speaks on, each in both families. Further ones (containers have many) are left alone. */
export const MDNS_NETWORKS_MAX = 16;
/** Bytes of a name, a server or a domain in an mDNS record. One with more is ignored; our own are cut or left out. */
export const MDNS_VALUE_BYTES_MAX = 240;
/** Messages of ours whose way to delivery is timed. The oldest is not, any more. */
export const DELIVERIES_TIMED_MAX = 1_024;
/** Pings whose answers are awaited; the oldest are given up. */
export const PINGS_MAX = 256;
/** Early pushes in the first packet of a dial (docs/protocol.md §1.1); what does not fit follows after confirmation. */
export const EARLY_PUSHES_MAX = 3;
/** Room for them in one Initial of 1200 bytes, after the handshake and the transport parameters. */
export const EARLY_BYTES_MAX = 900;
/** Messages of ours that are known to have left nothing of themselves anywhere; of older ones it is not known. */
export const UNGIVEN_MAX = 4_096;
/** Envelopes just written whose bytes stay in memory in case their recipient is dialled; the oldest are let go. */
export const FRESH_MAX = 64;
