import { hex } from '../../core/bytes/hex.ts';
import type { Frame } from '../../core/wire/frame.ts';
import { transportError } from './qlog-error.ts';

/** A JSON object as qlog has it. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * A frame as draft-ietf-quic-qlog-quic-events-13 writes it (QuicFrame): what it is about, and how many bytes it carries, but none of them:
 * what people say to each other, tokens and challenges are nobody's who reads a log.
 *
 * @param ackDelayExponent - of the side that sent it.
 */
export function qlogFrame(frame: Frame, ackDelayExponent: number): Fields {
  switch (frame.type) {
    case 'ping':
      return { frame_type: 'ping' };
    case 'ack':
      return {
        frame_type: 'ack',
        ack_delay: (frame.delay * 2 ** ackDelayExponent) / 1000,
        acked_ranges: frame.ranges.map(({ start, end }) => (end - start === 1 ? [start] : [start, end - 1])).reverse(),
      };
    case 'reset-stream':
      return { frame_type: 'reset_stream', stream_id: frame.id, ...OUR_CODE(frame.code), final_size: frame.finalSize };
    case 'stop-sending':
      return { frame_type: 'stop_sending', stream_id: frame.id, ...OUR_CODE(frame.code) };
    case 'stream':
      return {
        frame_type: 'stream',
        stream_id: frame.id,
        offset: frame.offset,
        ...(frame.fin && { fin: true }),
        raw: { payload_length: frame.data.length },
      };
    case 'max-data':
      return { frame_type: 'max_data', maximum: frame.limit };
    case 'max-stream-data':
      return { frame_type: 'max_stream_data', stream_id: frame.id, maximum: frame.limit };
    case 'max-streams':
      return { frame_type: 'max_streams', stream_type: frame.kind, maximum: frame.limit };
    case 'data-blocked':
      return { frame_type: 'data_blocked', limit: frame.limit };
    case 'stream-data-blocked':
      return { frame_type: 'stream_data_blocked', stream_id: frame.id, limit: frame.limit };
    case 'streams-blocked':
      return { frame_type: 'streams_blocked', stream_type: frame.kind, limit: frame.limit };
    case 'new-connection-id':
      return {
        frame_type: 'new_connection_id',
        sequence_number: frame.sequence,
        retire_prior_to: frame.retirePriorTo,
        connection_id_length: frame.id.length,
        connection_id: hex(frame.id),
      };
    case 'retire-connection-id':
      return { frame_type: 'retire_connection_id', sequence_number: frame.sequence };
    case 'path-challenge':
      return { frame_type: 'path_challenge' };
    case 'path-response':
      return { frame_type: 'path_response' };
    case 'close':
      return {
        frame_type: 'connection_close',
        error_space: frame.application ? 'application' : 'transport',
        ...(frame.application ? OUR_CODE(frame.code) : transportError(frame.code)),
        reason: frame.detail,
      };
    case 'datagram':
      return { frame_type: 'datagram', raw: { payload_length: frame.data.length } };
    case 'ack-frequency':
      return unknown(0xaf);
    case 'immediate-ack':
      return unknown(0x1f);
    case 'observed-address':
      return unknown(frame.address?.startsWith('[') ? 0x9f81a7 : 0x9f81a6);
    case 'transport-parameters':
      return unknown(0x717070);
  }
}

/** Codes of ours have no names in qlog. */
const OUR_CODE = (code: number): Fields => ({ error: 'unknown', error_code: code });

/** Frames that the draft does not name, by their type. */
const unknown = (type: number): Fields => ({ frame_type: 'unknown', frame_type_bytes: type });
