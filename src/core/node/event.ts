import type { Address } from '../base/address.ts';
import type { Timestamp } from '../base/time.ts';
import type { DeliveryState } from '../chat/delivery.ts';
import type { MessageRecord } from '../chat/record.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { PeerSource } from '../mesh/record.ts';
import type { EnvelopeId } from '../wire/envelope.ts';
import type { TraceFindings } from './traces.ts';

/** What a node tells its owner. Everything it says is true at that moment: messages and states are on disk before they are events. */
export type NodeEvent =
  | {
      readonly type: 'message';
      readonly message: MessageRecord;
      /** How many of its author's lines right before it were missing when it was shown; set when there were any. */
      readonly missing?: number;
    }
  | {
      readonly type: 'delivery';
      readonly id: EnvelopeId;
      /** A NodeId or a ChannelId. */
      readonly to: string;
      readonly state: DeliveryState;
      readonly at: Timestamp;
      readonly hops?: number;
      readonly detail?: string;
    }
  | {
      readonly type: 'peer';
      readonly id: NodeId;
      readonly name: string;
      readonly state: 'discovered' | 'connected' | 'disconnected' | 'gone';
      readonly address: Address | undefined;
      readonly source: PeerSource;
      readonly at: Timestamp;
    }
  /** A neighbour's user is writing: to this node, then `where` is its NodeId, or in a channel. */
  | { readonly type: 'typing'; readonly from: NodeId; readonly where: string; readonly at: Timestamp }
  /** A post came that was missed while this node, or a neighbour, was away; so many more are on their way to it. */
  | { readonly type: 'catching-up'; readonly channel: string; readonly awaited: number }
  | { readonly type: 'pong'; readonly id: NodeId; readonly token: number; readonly rttMs: number }
  /** A trace came back. */
  | ({ readonly type: 'traced'; readonly token: number } & TraceFindings)
  | {
      readonly type: 'notice';
      readonly level: 'info' | 'warn' | 'error';
      /** A stable word for programs: `IDENTITY_ELSEWHERE`, `DAMAGED`, … */
      readonly code: string;
      readonly message: string;
    };
