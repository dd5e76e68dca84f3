/**
 * Why a datagram was dropped, or an answer to one was not sent: every word that `qpc status` counts under, and what it means.
 * None of this is said to whoever sent it. Words in capitals beside these are errors of the system, such as ENETUNREACH.
 */
export const DROP_REASONS = {
  unknown: 'begins like no packet of this protocol',
  'too-long': 'longer than this node says it reads',
  handshake: 'an answer to a dial that is not under way, or that is not its server’s',
  stranger: 'a packet for a connection that was never here',
  forgotten: 'a packet for a connection that is no more; its sender may be told by a reset',
  unopened: 'a packet for a connection that its keys do not open',
  coalesced: 'what stands in a datagram behind its 64th packet',
  'initial-size': 'a first packet of less than 1200 bytes, or more than 2048',
  'initial-mac': 'a first packet from somebody who does not know this node’s id',
  'initial-source': 'a first packet from an address where nobody can be',
  'initial-malformed': 'a first packet that does not parse, or says what may not be said there',
  'initial-repeat': 'a first packet that was answered before',
  'initial-token': 'a first packet with a token that is not ours, too old, or from elsewhere',
  'initial-token-used': 'a first packet with a token that has opened a handshake already',
  'initial-retry-rate': 'a first packet without a token, while more come than can even be told to bring one',
  'initial-rate': 'a first packet with a token, from a block that calls more often than it may, or while all do',
  'initial-half-open': 'a first packet with a token, while all places for handshakes under way are taken',
  'initial-forged': 'a first packet that nobody could have meant for this node: wrong keys',
  'initial-identity': 'a first packet whose sender is not who it says, or is this node itself',
  'answers-full': 'an answer that had no room in the queue to the socket',
  closed: 'sent while the socket was closed',
  'no such family': 'sent to an IPv6 address from a socket without IPv6, or the reverse',
  'queue full': 'sent faster than the system takes it',
  'not read in time': 'thrown away by the system, which held more than this node could read; counted on Linux',
  'unusable source': 'received from port 0, or from an address where nobody can be',
} as const satisfies Record<string, string>;

/** One of the words that drops are counted under. */
export type DropReason = keyof typeof DROP_REASONS;
