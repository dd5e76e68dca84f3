import { setTimeout as sleep } from 'node:timers/promises';
import { hex } from '../../core/bytes/hex.ts';
import type { NodeCommands } from '../../core/node/commands.ts';
import type { Driver } from '../driver.ts';
import type { Log } from '../log.ts';
import type { HostPort } from '../options/option-kinds.ts';
import type { Nearby } from '../service/desk.ts';
import { Mdns } from './mdns.ts';

/** How long answers to a question may take, in milliseconds. */
const ANSWERS_MS = 1_500;

/** The search for nodes nearby, while it runs. */
export interface RunningNearby extends Nearby {
  stop(): Promise<void>;
}

/** No search: others are not looked for, and this node is not announced. */
export const nowhereNearby: RunningNearby = {
  state: () => 'off',
  scan: async () => {},
  rename: () => {},
  dropped: () => new Map(),
  hears: () => false,
  stop: async () => {},
};

type NearbyInput = {
  readonly node: NodeCommands;
  readonly driver: Driver;
  readonly port: number;
  readonly announce: HostPort | undefined;
  readonly domain: string | undefined;
  readonly log: Log;
  /** Why nobody can be found; `undefined` when that is over. */
  readonly onTrouble: (sentence: string | undefined) => void;
};

/** Joins mDNS and the node: whom the one finds, the other is told. */
export function searchNearby({ node, driver, port, announce, domain, log, onTrouble }: NearbyInput): RunningNearby {
  let trouble: string | undefined;
  const mdns = new Mdns(
    {
      id: node.id,
      name: node.name,
      networkTag8: hex(node.network).slice(0, 8),
      port,
      announce: announce && written(announce),
      domain,
      log,
    },
    {
      found: (claim) => driver.turn((_, now) => node.discovered(claim, now)),
      lost: (id) => driver.turn((_, now) => node.vanished(id, now)),
      trouble: (sentence) => {
        trouble = sentence;
        onTrouble(sentence);
      },
    },
  );
  mdns.start().catch((error: unknown) => log.error({ err: error }, 'mDNS did not start'));
  return {
    state: () => (trouble === undefined ? 'on' : 'no multicast'),
    async scan() {
      mdns.rescan();
      await sleep(ANSWERS_MS);
    },
    rename: (name) => mdns.rename(name),
    dropped: () => mdns.dropped(),
    hears: () => mdns.hears,
    stop: () => mdns.stop(),
  };
}

const written = ({ host, port }: HostPort): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
