import type { NodeApi } from '../api/schema.ts';
import { plural, rtt } from './show.ts';

/** What came of a packet there and back: its time, or why none came back. */
export type Ping =
  | { readonly answered: true; readonly rttMs: number; readonly hops: number }
  | { readonly answered: false; readonly why: string };

/** Sends one ping; that nobody answered is a finding here, not a failure. */
export async function tryPing(api: NodeApi, peer: string): Promise<Ping> {
  const ping = await api.call('ping', { peer });
  return ping.ok
    ? { answered: true, rttMs: ping.result.rttMs, hops: ping.result.hops }
    : { answered: false, why: ping.error.message };
}

/** A ping in words. */
export const pingLine = (ping: Ping): string =>
  ping.answered ? `answered in ${rtt(ping.rttMs)} over ${plural(ping.hops, 'hop')}` : `no answer: ${ping.why}`;
