import type { ChildProcess } from 'node:child_process';
import type { Fates, Link, Weather } from './weather.ts';

/** A network of which the harness decides what passes. Nodes are numbers, from 0. */
export interface SoakNetwork {
  /** What it is made of, for the report. */
  readonly kind: string;
  /** The UDP address that a node is told to listen on. */
  listenOf(node: number): string;
  /** Where one end of a link finds the other. */
  addressFor(node: number, neighbour: number): string;
  /** Flags of a node beside its home and its address. */
  readonly flags: readonly string[];
  /** Starts a program on the host of a node. */
  spawn(node: number, command: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess;
  setWeather(weather: Weather): void;
  /** What became of all packets so far. */
  fates(): Promise<Fates>;
  [Symbol.dispose](): void;
}

/** What makes a network. */
export type NetworkPlan = { readonly nodes: number; readonly links: readonly Link[]; readonly seed: number };

/** What the process that carries the packets is told, beside its plan at the start. */
export type ToCarrier = { readonly weather: Weather } | 'fates';
