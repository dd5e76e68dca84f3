/** Why a connection closes, as sent in CONNECTION_CLOSE (RFC 9000 §20.1; docs/protocol.md, close codes; ours from 0x7100). */
export const CLOSE_REASONS = {
  none: { code: 0x00, text: 'closed without error' },
  internal: { code: 0x01, text: 'the other side failed' },
  flowControl: { code: 0x03, text: 'more data than was allowed' },
  streamLimit: { code: 0x04, text: 'more streams than were allowed' },
  streamState: { code: 0x05, text: 'a frame for a stream that cannot take it' },
  finalSize: { code: 0x06, text: 'a stream that ended at two sizes' },
  malformed: { code: 0x07, text: 'bytes that do not parse' },
  parameters: { code: 0x08, text: 'transport parameters that do not fit' },
  connectionIds: { code: 0x09, text: 'more connection ids than were allowed' },
  forbidden: { code: 0x0a, text: 'a frame that this state does not allow' },
  keyUpdate: { code: 0x0e, text: 'a wrong key update' },
  aeadLimit: { code: 0x0f, text: 'too many packets under one key' },
  idle: { code: 0x7100, text: 'nothing heard for too long' },
  unreachable: { code: 0x7101, text: 'no answer to the handshake' },
  duplicate: { code: 0x7102, text: 'another connection to the same peer stays' },
  wrongAlpn: { code: 0x7103, text: 'no protocol in common' },
  wrongNetwork: { code: 0x7104, text: 'a node of another network' },
  refused: { code: 0x7105, text: 'connections are refused for now' },
  reset: { code: 0x7106, text: 'the other side forgot this connection' },
  goodbye: { code: 0x7107, text: 'the other side stopped' },
  enough: { code: 0x7109, text: 'the other side has neighbours enough' },
  meshViolation: { code: 0x7108, text: 'a mesh message that breaks the protocol' },
} as const satisfies Record<string, { readonly code: number; readonly text: string }>;

/** Why a connection closes: the name of a close code. */
export type CloseReason = keyof typeof CLOSE_REASONS;

/** The reason that a received close code names; unknown codes are `none`'s opposite: an error we have no word for. */
export function closeReason(code: number): CloseReason {
  for (const [reason, { code: known }] of Object.entries(CLOSE_REASONS))
    if (known === code) return reason as CloseReason;
  return 'internal';
}

/**
 * An authenticated peer broke the protocol. Thrown anywhere below the receive path of a connection or session,
 * caught in one place there, and turned into a close with a code.
 */
export class PeerError extends Error {
  override readonly name = 'PeerError';
  readonly reason: CloseReason;

  constructor(reason: CloseReason, detail: string) {
    super(`${CLOSE_REASONS[reason].text}: ${detail}`);
    this.reason = reason;
  }
}
