import { type Address, addressParts } from '../../core/base/address.ts';
import type { Timestamp } from '../../core/base/time.ts';
import { hex } from '../../core/bytes/hex.ts';
import type { Metrics, PacketEvent, PathChange, Traced, TraceEvent } from '../../core/transport/trace.ts';
import type { TransportParameters } from '../../core/wire/transport-parameters.ts';
import { qlogEnd } from './qlog-error.ts';
import { type Fields, qlogFrame } from './qlog-frame.ts';

/** Paths that are introduced. What comes over later ones says by itself where from. */
const TUPLES_MAX = 256;

/** What an event is called after `quic:`, and what it says (draft-ietf-quic-qlog-quic-events-13). */
export type QlogEvent = { readonly name: string; readonly data: Fields; readonly tuple?: string };

/**
 * The first record of a file (draft-ietf-quic-qlog-main-schema-14 §5). Times in the file are milliseconds since `startedAt`, by a
 * clock that nobody sets.
 */
export const fileHeader = (connection: Traced, originalId: string, startedAt: Timestamp): Fields => ({
  file_schema: 'urn:ietf:params:qlog:file:sequential',
  serialization_format: 'application/qlog+json-seq',
  title: `qpc, ${vantage(connection)} of ${connection.peer}`,
  trace: {
    common_fields: {
      group_id: originalId,
      time_format: 'relative_to_epoch',
      reference_time: {
        clock_type: 'monotonic',
        epoch: 'unknown',
        wall_clock_time: new Date(startedAt).toISOString(),
      },
    },
    vantage_point: { name: 'qpc', type: vantage(connection) },
    event_schemas: ['urn:ietf:params:qlog:events:quic-13', 'urn:ietf:params:qlog:events:loglevel'],
  },
});

/** On which side of the connection the file is written. */
export const vantage = ({ initiator }: Traced): 'client' | 'server' => (initiator ? 'client' : 'server');

/** Turns the events of one connection into those of qlog. Remembers what was said last, where only changes are written. */
export class QlogEvents {
  readonly #connection: Traced;
  /** Of what we send and of what the peer sends. */
  readonly #ackDelayExponents = { 'packet-sent': 3, 'packet-received': 3 };
  readonly #tuples = new Set<Address>();
  #metrics: Fields = {};
  #congestion: string | undefined;

  constructor(connection: Traced) {
    this.#connection = connection;
  }

  /** What an event is to qlog: nothing, when it says nothing new; two, when it is the first over its path. */
  read(event: TraceEvent): readonly QlogEvent[] {
    const said = this.#read(event);
    const assigned = 'address' in event && event.address !== undefined ? this.#assign(event.address) : undefined;
    return [assigned, said].filter((one) => one !== undefined);
  }

  #read(event: TraceEvent): QlogEvent | undefined {
    switch (event.type) {
      case 'started':
        return { name: 'connection_started', data: { local: {}, remote: endpoint(event.address) } };
      case 'parameters':
        this.#ackDelayExponents[event.byPeer ? 'packet-received' : 'packet-sent'] = event.parameters.ackDelayExponent;
        return { name: 'parameters_set', data: parametersSet(event.parameters, event.byPeer) };
      case 'state':
        return { name: 'connection_state_updated', data: { new: STATES[event.state] } };
      case 'packet-sent':
      case 'packet-received':
        return this.#packet(event);
      case 'packet-dropped':
        return { name: 'packet_dropped', data: { ...DROPPED[event.why], raw: { length: event.bytes } } };
      case 'packets-acknowledged':
        return {
          name: 'packets_acked',
          data: { packet_number_space: 'application_data', packet_numbers: event.numbers },
        };
      case 'packet-lost':
        return {
          name: 'packet_lost',
          data: {
            header: { packet_type: '1RTT', packet_number: event.number },
            ...(event.isMtuProbe && { is_mtu_probe_packet: true }),
            trigger: event.why === 'time' ? 'time_threshold' : 'reordering_threshold',
          },
        };
      case 'metrics':
        return this.#changed(event);
      case 'congestion':
        return this.#congestionState(CONGESTION[event.state]);
      case 'keys':
        return {
          name: 'key_updated',
          // Of those for sending; those for receiving change with them, or shall.
          data: { key_type: `${vantage(this.#connection)}_1rtt_secret`, key_phase: event.phase },
        };
      case 'path':
        return pathEvent(event.address, event.what);
      case 'datagram-bytes':
        return { name: 'mtu_updated', data: { old: event.from, new: event.to } };
      case 'expired':
        return { name: 'timer_updated', data: { timer_type: TIMERS[event.timer], event_type: 'expired' } };
      case 'ended':
        return {
          name: 'connection_closed',
          data: {
            initiator: event.byPeer ? 'remote' : 'local',
            ...qlogEnd(event.reason),
            reason: event.detail === '' ? event.reason : `${event.reason}: ${event.detail}`,
          },
        };
    }
  }

  #assign(address: Address): QlogEvent | undefined {
    if (this.#tuples.has(address) || this.#tuples.size >= TUPLES_MAX) return undefined;
    this.#tuples.add(address);
    return { name: 'tuple_assigned', data: { tuple_id: address, tuple_remote: endpoint(address) } };
  }

  #packet(event: PacketEvent): QlogEvent {
    const { kind, number, keyPhase, bytes, frames, address, isProbe, isMtuProbe } = event;
    return {
      name: event.type === 'packet-sent' ? 'packet_sent' : 'packet_received',
      data: {
        header: {
          packet_type: kind === 'short' ? '1RTT' : kind,
          ...(number !== undefined && { packet_number: number }),
          ...(keyPhase !== undefined && { key_phase: keyPhase }),
        },
        raw: { length: bytes },
        ...(frames && { frames: frames.map((frame) => qlogFrame(frame, this.#ackDelayExponents[event.type])) }),
        ...(isProbe && { trigger: 'pto_probe' }),
        ...(isMtuProbe && { is_mtu_probe_packet: true }),
      },
      ...(address !== undefined && { tuple: address }),
    };
  }

  #changed(metrics: Metrics): QlogEvent | undefined {
    const all = metricsOf(metrics);
    const changed = Object.entries(all).filter(([name, value]) => value !== undefined && this.#metrics[name] !== value);
    this.#metrics = all;
    return changed.length > 0 ? { name: 'recovery_metrics_updated', data: Object.fromEntries(changed) } : undefined;
  }

  #congestionState(state: string): QlogEvent | undefined {
    const old = this.#congestion;
    this.#congestion = state;
    if (old === state) return undefined;
    return { name: 'congestion_state_updated', data: { ...(old !== undefined && { old }), new: state } };
  }
}

const STATES = {
  dialling: 'attempted',
  proving: 'handshake_started',
  open: 'handshake_confirmed',
  closing: 'closing',
  draining: 'draining',
  closed: 'closed',
} as const;

const DROPPED = {
  unopened: { header: { packet_type: '1RTT' }, trigger: 'decryption_failure' },
  duplicate: { header: { packet_type: '1RTT' }, trigger: 'duplicate' },
} as const;

const CONGESTION = {
  'slow-start': 'slow_start',
  avoidance: 'congestion_avoidance',
  recovery: 'recovery',
} as const;

const TIMERS = { probe: 'pto', loss: 'loss_timeout' } as const;

const MIGRATION: { readonly [What in PathChange]: string } = {
  probing: 'probing_started',
  validated: 'probing_successful',
  used: 'migration_complete',
};

/** A path is known by its address, which is its tuple. */
function pathEvent(address: Address, what: PathChange): QlogEvent {
  const data = { new: MIGRATION[what], tuple_id: address, tuple_remote: endpoint(address) };
  return { name: 'migration_state_updated', data };
}

function endpoint(address: Address): Fields {
  const { family, host, port } = addressParts(address);
  return family === 4 ? { ip_v4: host, port_v4: port } : { ip_v6: host, port_v6: port };
}

/** Without the token that ends the connection (RFC 9000 §10.3). */
const parametersSet = (said: TransportParameters, byPeer: boolean): Fields => ({
  initiator: byPeer ? 'remote' : 'local',
  ...ids(said),
  max_idle_timeout: said.maxIdleTimeoutMs,
  max_udp_payload_size: said.maxUdpPayloadBytes,
  ack_delay_exponent: said.ackDelayExponent,
  max_ack_delay: said.maxAckDelayMs,
  active_connection_id_limit: said.activeConnectionIdLimit,
  initial_max_data: said.initialMaxData,
  initial_max_stream_data_bidi_local: said.initialMaxStreamDataBidiLocal,
  initial_max_stream_data_bidi_remote: said.initialMaxStreamDataBidiRemote,
  initial_max_stream_data_uni: said.initialMaxStreamDataUni,
  initial_max_streams_bidi: said.initialMaxStreamsBidi,
  initial_max_streams_uni: said.initialMaxStreamsUni,
  max_datagram_frame_size: said.maxDatagramFrameBytes,
});

const ids = (said: TransportParameters): Fields =>
  Object.fromEntries(
    (
      [
        ['original_destination_connection_id', said.originalDestinationConnectionId],
        ['initial_source_connection_id', said.initialSourceConnectionId],
        ['retry_source_connection_id', said.retrySourceConnectionId],
      ] as const
    ).flatMap(([name, id]) => (id ? [[name, hex(id)]] : [])),
  );

const metricsOf = (now: Metrics): Fields => ({
  congestion_window: Math.floor(now.windowBytes),
  bytes_in_flight: now.bytesInFlight,
  packets_in_flight: now.packetsInFlight,
  smoothed_rtt: rounded(now.smoothedRttMs),
  latest_rtt: rounded(now.latestRttMs),
  min_rtt: now.minRttMs === undefined ? undefined : rounded(now.minRttMs),
  rtt_variance: rounded(now.rttVariationMs),
  pto_count: now.probeTimeouts,
});

/** To a microsecond: what is finer is noise, and makes the file longer. */
const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
