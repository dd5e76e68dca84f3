import { CLOSE_REASONS, type CloseReason } from '../../core/base/peer-error.ts';

/** The names of RFC 9000 §20.1, as qlog writes them ($TransportError). */
const TRANSPORT_ERRORS: ReadonlyMap<number, string> = new Map([
  [0x00, 'no_error'],
  [0x01, 'internal_error'],
  [0x02, 'connection_refused'],
  [0x03, 'flow_control_error'],
  [0x04, 'stream_limit_error'],
  [0x05, 'stream_state_error'],
  [0x06, 'final_size_error'],
  [0x07, 'frame_encoding_error'],
  [0x08, 'transport_parameter_error'],
  [0x09, 'connection_id_limit_error'],
  [0x0a, 'protocol_violation'],
  [0x0b, 'invalid_token'],
  [0x0c, 'application_error'],
  [0x0d, 'crypto_buffer_exceeded'],
  [0x0e, 'key_update_error'],
  [0x0f, 'aead_limit_reached'],
  [0x10, 'no_viable_path'],
]);

/** Why a connection ended, in the words of quic-events §4.3, connection_closed. */
export type QlogEnd = {
  readonly connection_error?: string;
  readonly application_error?: 'unknown';
  readonly error_code?: number;
  readonly trigger: 'idle_timeout' | 'application' | 'error' | 'stateless_reset' | 'aborted';
};

/** The `error` of a transport code, with the number of one that has no name. */
export function transportError(code: number): { readonly error: string; readonly error_code?: number } {
  const name = TRANSPORT_ERRORS.get(code);
  return name === undefined ? { error: 'unknown', error_code: code } : { error: name };
}

/** What a reason of ours is to qlog. */
export function qlogEnd(reason: CloseReason): QlogEnd {
  const { code } = CLOSE_REASONS[reason];
  const name = TRANSPORT_ERRORS.get(code);
  if (name !== undefined) return { connection_error: name, trigger: code === 0 ? 'application' : 'error' };
  return { application_error: 'unknown', error_code: code, trigger: TRIGGERS[reason] ?? 'application' };
}

const TRIGGERS: { readonly [Reason in CloseReason]?: QlogEnd['trigger'] } = {
  idle: 'idle_timeout',
  reset: 'stateless_reset',
  unreachable: 'aborted',
};
