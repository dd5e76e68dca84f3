import type { Address } from '../../core/base/address.ts';
import type { Metric } from '../../core/base/metric.ts';
import type { Instant, Timestamp } from '../../core/base/time.ts';
import type { Suite } from '../../core/crypto/suite.ts';
import type { NodeCommands } from '../../core/node/commands.ts';
import type { NodeEvent } from '../../core/node/event.ts';
import type { Database } from '../database/database.ts';
import type { Log } from '../log.ts';
import type { NetworkInterface } from '../network/interfaces.ts';
import type { Confirmations } from './confirmations.ts';
import type { Names } from './names.ts';
import type { Troubles } from './troubles.ts';

/** What drives the node. */
export interface NodeOwner {
  /** Lets `act` ask things of the node, then carries out what follows from it. */
  turn<T>(act: (node: NodeCommands, now: Instant) => T): T;
  onEvent(listener: (event: NodeEvent) => void): () => void;
  /** Where the node can be reached on this machine. */
  readonly addresses: readonly Address[];
}

/** What the methods of NodeApi work with. */
export type Desk = {
  readonly owner: NodeOwner;
  readonly database: Database;
  readonly suite: Suite;
  readonly names: Names;
  readonly confirmations: Confirmations;
  readonly log: Log;
  readonly about: About;
  readonly calendar: () => Timestamp;
  /** Literal addresses of a place that the user named; empty when its name leads nowhere. */
  readonly lookup: (place: { readonly host: string; readonly port: number }) => Promise<readonly Address[]>;
  readonly nearby: Nearby;
  readonly troubles: Troubles;
  readonly surroundings: Surroundings;
  /** Datagrams that the socket did not send or take, by reason. */
  readonly dropped: () => ReadonlyMap<string, number>;
  /** Figures of the node and of what is under it. */
  readonly metrics: () => readonly Metric[];
};

/** What does not change while the node runs. */
export type About = {
  readonly home: string;
  readonly version: string;
  readonly networkId: string;
  readonly startedAt: Timestamp;
  /** Where it is reached from outside, as the user says; first among its addresses. */
  readonly announced: readonly Address[];
  /** Whether messages of strangers wait until the user accepts their author. */
  readonly requests: boolean;
  /** Options it was started with, as text, for comparing with those of screens. */
  readonly settings: Readonly<Record<string, string>>;
  /** Where its metrics are served, when they are. */
  readonly metricsUrl: string | undefined;
};

/** What `/mesh doctor` sees of this machine through the running node. */
export type Surroundings = {
  /** Where the user asked to listen, when that was taken. */
  readonly missed: string | undefined;
  /** Whether it listens for this machine alone, by choice. */
  readonly isLocal: boolean;
  /** Why nothing can be stored at the moment. */
  readonly storeFailure: () => Error | undefined;
  /** What the system has refused to send since it last sent something. */
  readonly refusals: () => { readonly code: string; readonly count: number } | undefined;
  readonly interfaces: () => readonly NetworkInterface[];
};

/** The search for nodes nearby. */
export type Nearby = {
  readonly state: () => 'on' | 'off' | 'no multicast';
  /** Asks again, and resolves when answers have had time to come. */
  readonly scan: () => Promise<void>;
  /** Announces another name from now on. */
  readonly rename: (name: string) => void;
  /** Whether another host was heard by multicast lately. */
  readonly hears: () => boolean;
  /** Answers that were not used, by reason. */
  readonly dropped: () => ReadonlyMap<string, number>;
};
