import { z } from 'zod';

/*
 * What draft-ietf-quic-qlog-main-schema-14 and draft-ietf-quic-qlog-quic-events-13 (July 2026) say in CDDL of the records that
 * qpc writes. Maps are closed there, so they are here: a field with a wrong name is found.
 */

const uint = z.int().nonnegative();
const uint32 = uint.max(2 ** 32 - 1);
const uint16 = uint.max(2 ** 16 - 1);
const float = z.number();
const hexstring = z.string().regex(/^([0-9a-f]{2})*$/);
const initiator = z.enum(['local', 'remote']);
const streamType = z.enum(['bidirectional', 'unidirectional']);
const raw = z.strictObject({ length: uint.optional(), payload_length: uint.optional(), data: hexstring.optional() });

const endpoint = z.strictObject({
  ip_v4: z.string().optional(),
  port_v4: uint16.optional(),
  ip_v6: z.string().optional(),
  port_v6: uint16.optional(),
  connection_ids: z.array(hexstring).min(1).optional(),
});

const transportError = z.enum([
  'no_error',
  'internal_error',
  'connection_refused',
  'flow_control_error',
  'stream_limit_error',
  'stream_state_error',
  'final_size_error',
  'frame_encoding_error',
  'transport_parameter_error',
  'connection_id_limit_error',
  'protocol_violation',
  'invalid_token',
  'application_error',
  'crypto_buffer_exceeded',
  'key_update_error',
  'aead_limit_reached',
  'no_viable_path',
  'unknown',
]);
const applicationError = z.literal('unknown');
const errorCode = { error: applicationError, error_code: uint };

/** quic-events, QuicFrame: all frames but those that only TLS has. */
export const frameSchema = z.discriminatedUnion('frame_type', [
  z.strictObject({ frame_type: z.literal('padding'), raw: raw.optional() }),
  z.strictObject({ frame_type: z.literal('ping'), raw: raw.optional() }),
  z.strictObject({
    frame_type: z.literal('ack'),
    ack_delay: float.optional(),
    acked_ranges: z.array(z.array(uint).min(1).max(2)).min(1).optional(),
    raw: raw.optional(),
  }),
  z.strictObject({ frame_type: z.literal('reset_stream'), stream_id: uint, ...errorCode, final_size: uint }),
  z.strictObject({ frame_type: z.literal('stop_sending'), stream_id: uint, ...errorCode }),
  z.strictObject({
    frame_type: z.literal('stream'),
    stream_id: uint,
    offset: uint.optional(),
    fin: z.boolean().optional(),
    raw: raw.optional(),
  }),
  z.strictObject({ frame_type: z.literal('max_data'), maximum: uint }),
  z.strictObject({ frame_type: z.literal('max_stream_data'), stream_id: uint, maximum: uint }),
  z.strictObject({ frame_type: z.literal('max_streams'), stream_type: streamType, maximum: uint }),
  z.strictObject({ frame_type: z.literal('data_blocked'), limit: uint }),
  z.strictObject({ frame_type: z.literal('stream_data_blocked'), stream_id: uint, limit: uint }),
  z.strictObject({ frame_type: z.literal('streams_blocked'), stream_type: streamType, limit: uint }),
  z.strictObject({
    frame_type: z.literal('new_connection_id'),
    sequence_number: uint,
    retire_prior_to: uint,
    connection_id_length: uint.max(255).optional(),
    connection_id: hexstring,
  }),
  z.strictObject({ frame_type: z.literal('retire_connection_id'), sequence_number: uint }),
  z.strictObject({ frame_type: z.literal('path_challenge'), data: hexstring.optional() }),
  z.strictObject({ frame_type: z.literal('path_response'), data: hexstring.optional() }),
  z.strictObject({
    frame_type: z.literal('connection_close'),
    error_space: z.enum(['transport', 'application']).optional(),
    error: transportError.optional(),
    error_code: uint.optional(),
    reason: z.string().optional(),
  }),
  z.strictObject({ frame_type: z.literal('datagram'), raw: raw.optional() }),
  z.strictObject({ frame_type: z.literal('unknown'), frame_type_bytes: uint, raw: raw.optional() }),
]);

const header = z.strictObject({
  packet_type: z.enum([
    'initial',
    'handshake',
    '0RTT',
    '1RTT',
    'retry',
    'version_negotiation',
    'stateless_reset',
    'unknown',
  ]),
  key_phase: uint.optional(),
  packet_number: uint.optional(),
});

const packet = {
  header,
  frames: z.array(frameSchema).optional(),
  raw: raw.optional(),
};

const event = <Name extends string, Shape extends z.core.$ZodLooseShape>(name: Name, data: Shape) =>
  z.strictObject({
    time: float.nonnegative(),
    name: z.literal(name),
    tuple: z.string().optional(),
    data: z.strictObject(data),
  });

/** quic-events §4 to §7 and main-schema §9.1: the events that qpc writes. */
export const eventSchema = z.discriminatedUnion('name', [
  event('quic:connection_started', { local: endpoint, remote: endpoint }),
  event('quic:connection_closed', {
    initiator: initiator.optional(),
    connection_error: transportError.optional(),
    application_error: applicationError.optional(),
    error_code: uint.optional(),
    reason: z.string().optional(),
    trigger: z
      .enum(['idle_timeout', 'application', 'error', 'version_mismatch', 'stateless_reset', 'aborted', 'unspecified'])
      .optional(),
  }),
  event('quic:connection_state_updated', {
    old: z.string().optional(),
    new: z.enum([
      'attempted',
      'handshake_started',
      'handshake_complete',
      'handshake_confirmed',
      'closing',
      'draining',
      'closed',
    ]),
  }),
  event('quic:parameters_set', {
    initiator: initiator.optional(),
    original_destination_connection_id: hexstring.optional(),
    initial_source_connection_id: hexstring.optional(),
    retry_source_connection_id: hexstring.optional(),
    max_idle_timeout: uint.optional(),
    max_udp_payload_size: uint.optional(),
    ack_delay_exponent: uint.optional(),
    max_ack_delay: uint.optional(),
    active_connection_id_limit: uint.optional(),
    initial_max_data: uint.optional(),
    initial_max_stream_data_bidi_local: uint.optional(),
    initial_max_stream_data_bidi_remote: uint.optional(),
    initial_max_stream_data_uni: uint.optional(),
    initial_max_streams_bidi: uint.optional(),
    initial_max_streams_uni: uint.optional(),
    max_datagram_frame_size: uint.optional(),
  }),
  event('quic:packet_sent', {
    ...packet,
    is_mtu_probe_packet: z.boolean().optional(),
    trigger: z
      .enum(['retransmit_reordered', 'retransmit_timeout', 'pto_probe', 'retransmit_crypto', 'cc_bandwidth_probe'])
      .optional(),
  }),
  event('quic:packet_received', { ...packet, trigger: z.literal('keys_available').optional() }),
  event('quic:packet_dropped', {
    header: header.optional(),
    raw: raw.optional(),
    trigger: z
      .enum([
        'internal_error',
        'rejected',
        'unsupported',
        'invalid',
        'duplicate',
        'connection_unknown',
        'decryption_failure',
        'key_unavailable',
        'general',
      ])
      .optional(),
  }),
  event('quic:packets_acked', {
    packet_number_space: z.enum(['initial', 'handshake', 'application_data']).optional(),
    packet_numbers: z.array(uint).min(1).optional(),
  }),
  event('quic:packet_lost', {
    header: header.optional(),
    frames: z.array(frameSchema).optional(),
    is_mtu_probe_packet: z.boolean().optional(),
    trigger: z.enum(['reordering_threshold', 'time_threshold', 'pto_expired']).optional(),
  }),
  event('quic:recovery_metrics_updated', {
    min_rtt: float.optional(),
    smoothed_rtt: float.optional(),
    latest_rtt: float.optional(),
    rtt_variance: float.optional(),
    pto_count: uint16.optional(),
    congestion_window: uint.optional(),
    bytes_in_flight: uint.optional(),
    ssthresh: uint.optional(),
    packets_in_flight: uint.optional(),
    pacing_rate: uint.optional(),
  }),
  event('quic:congestion_state_updated', {
    old: z.string().optional(),
    new: z.string(),
    trigger: z.string().optional(),
  }),
  event('quic:key_updated', {
    key_type: z.enum(['server_1rtt_secret', 'client_1rtt_secret']),
    key_phase: uint.optional(),
    trigger: z.enum(['tls', 'remote_update', 'local_update']).optional(),
  }),
  event('quic:tuple_assigned', {
    tuple_id: z.string(),
    tuple_remote: endpoint.optional(),
    tuple_local: endpoint.optional(),
  }),
  event('quic:migration_state_updated', {
    old: z.string().optional(),
    new: z.enum([
      'probing_started',
      'probing_abandoned',
      'probing_successful',
      'migration_started',
      'migration_abandoned',
      'migration_complete',
    ]),
    tuple_id: z.string().optional(),
    tuple_remote: endpoint.optional(),
    tuple_local: endpoint.optional(),
  }),
  event('quic:mtu_updated', { old: uint32.optional(), new: uint32, done: z.boolean().optional() }),
  event('quic:timer_updated', {
    timer_type: z
      .enum(['ack', 'pto', 'loss_timeout', 'path_validation', 'handshake_timeout', 'idle_timeout'])
      .optional(),
    event_type: z.enum(['set', 'expired', 'cancelled']),
    delta: float.optional(),
  }),
  event('loglevel:warning', { code: uint.optional(), message: z.string().optional() }),
]);

/** main-schema §5: the first record. */
export const headerSchema = z.strictObject({
  file_schema: z.literal('urn:ietf:params:qlog:file:sequential'),
  serialization_format: z.literal('application/qlog+json-seq'),
  title: z.string().optional(),
  trace: z.strictObject({
    common_fields: z.strictObject({
      group_id: z.string(),
      time_format: z.enum(['relative_to_epoch', 'relative_to_previous_event']),
      reference_time: z.strictObject({
        clock_type: z.enum(['system', 'monotonic']),
        epoch: z.literal('unknown'),
        wall_clock_time: z.iso.datetime(),
      }),
    }),
    vantage_point: z.strictObject({ name: z.string(), type: z.enum(['client', 'server']) }),
    event_schemas: z.array(z.string()).min(1),
  }),
});

/** A file as JSON text sequence (RFC 7464): every record is one that the drafts know, and the first says what follows. */
export function readQlog(text: string): {
  header: z.infer<typeof headerSchema>;
  events: z.infer<typeof eventSchema>[];
} {
  const [before, ...records] = text.split('\x1e');
  if (before !== '' || !records.every((one) => one.endsWith('\n'))) throw new Error('not a JSON text sequence');
  const [header, ...events] = records.map((one) => JSON.parse(one));
  return { header: headerSchema.parse(header), events: events.map((one) => eventSchema.parse(one)) };
}
