import { z } from 'zod';
import { TTL_SECONDS_DEFAULT, TTL_SECONDS_MAX } from '../core/base/limits.ts';
import { count, deliveryState } from './shapes.ts';

/** How long a message is kept for whoever is away. */
const ttlSeconds = z.number().int().min(1).max(TTL_SECONDS_MAX).default(TTL_SECONDS_DEFAULT);

/** The line of the same conversation that this one answers: its id, or the beginning of one. */
const re = z.string().optional();

/** The line, the id of what was written about it, and how far that has come. */
const amended = z.object({ id: z.string(), by: z.string(), state: deliveryState });

/** Methods of NodeApi that write lines, and change those that were written. Every change of a line is told by the event `changed`, to all screens. */
export const writingMethods = {
  send: {
    params: z.object({ peer: z.string(), text: z.string(), re, ttlSeconds }),
    result: z.object({ id: z.string(), to: z.string(), state: deliveryState }),
  },
  broadcast: {
    params: z.object({ topic: z.string(), text: z.string(), re, ttlSeconds }),
    result: z.object({ id: z.string(), channel: z.string(), neighbours: count, subscribed: z.boolean() }),
  },
  /** Words a line of ours anew. */
  edit: { params: z.object({ id: z.string(), text: z.string() }), result: amended },
  /**
   * Takes a line of ours back: here at once, elsewhere when they hear of it. What nobody else had is withdrawn and nothing is sent; then `by`
   * is the line itself.
   */
  delete: { params: z.object({ id: z.string() }), result: amended.extend({ withdrawn: z.boolean() }) },
  /** Gives a line a sign, one emoji or a short word, in place of the one that it has from us; '' takes that back. */
  react: { params: z.object({ id: z.string(), sign: z.string() }), result: amended },
} as const;
