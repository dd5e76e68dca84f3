import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { NodeId } from '../../src/core/crypto/node-id.ts';
import type { ServerReport } from './checks.ts';
import type { ClientReport } from './downloader.ts';
import type { FileName } from './files.ts';

/** What the process of one side is told to do. Addresses are in the text of docs/protocol.md §0.3. */
export type Order =
  | { readonly role: 'server'; readonly host: string }
  | {
      readonly role: 'client';
      /** The name of its scenario. */
      readonly scenario: string;
      readonly host: string;
      /** Where it goes when it moves. */
      readonly nextHost: string;
      readonly server: NodeId;
      /** The cable's end. */
      readonly address: string;
      /** The server itself, for those who do not use the cable. */
      readonly direct: string;
      readonly files: readonly (readonly FileName[])[];
    };

/** What it says. A second message of any kind makes it say how far it is. */
export type Said =
  | { readonly type: 'listening'; readonly id: NodeId; readonly address: string }
  | { readonly type: 'served'; readonly report: ServerReport; readonly secrets: readonly string[] }
  | { readonly type: 'downloaded'; readonly report: ClientReport; readonly secrets: readonly string[] };

/** How long a process may take for anything but the scenario itself. */
const PATIENCE_MS = 120_000;

/** A process that plays one side, until it is disposed of. */
export class Party {
  readonly #process: ChildProcess;

  /** @param start - starts `party-child.ts` with a channel for messages; here, unless said otherwise. */
  constructor(order: Order, start: (path: string) => ChildProcess = (path) => fork(path, { execArgv: [] })) {
    this.#process = start(fileURLToPath(new URL('./party-child.ts', import.meta.url)));
    this.#process.send(order);
  }

  /** The next thing of this kind that it says. */
  hear<Type extends Said['type']>(type: Type, withinMs = PATIENCE_MS): Promise<Extract<Said, { type: Type }>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(new Error(`no word of ${type} in ${withinMs} ms`))), withinMs);
      const listen = (said: Said): void => {
        if (said.type === type) settle(() => resolve(said as Extract<Said, { type: Type }>));
      };
      const left = (): void => settle(() => reject(new Error(`a process ended before it said ${type}`)));
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        this.#process.off('message', listen).off('exit', left);
        end();
      };
      this.#process.on('message', listen).on('exit', left);
    });
  }

  /** Makes it say how far it is. */
  ask<Type extends Said['type']>(type: Type): Promise<Extract<Said, { type: Type }>> {
    const heard = this.hear(type);
    this.#process.send('report');
    return heard;
  }

  [Symbol.dispose](): void {
    this.#process.kill('SIGKILL');
  }
}
