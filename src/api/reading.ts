import { z } from 'zod';
import { explanation } from './finding.ts';
import { count, message } from './shapes.ts';

/*
 * What screens and programs may ask about what was written: pages of the past, searching it, and the life of one line.
 */

const who = z.object({ id: z.string(), name: z.string() });

export const lifeStep = z.object({
  /**
   * `tried` is a try to give a message of ours to a neighbour; `received` is a line of somebody else on this disk. The other words are
   * those of delivery states.
   */
  what: z.enum([
    'written',
    'received',
    'tried',
    'queued',
    'carried',
    'sent',
    'delivered',
    'read',
    'refused',
    'expired',
    'edited',
    'deleted',
  ]),
  at: z.number(),
  /** Whom it was given to, or who brought it. */
  who: who.optional(),
  /** Links that it had crossed then. */
  hops: count.optional(),
  /** What came of a try, why it was refused or given up, how many carry it. */
  detail: z.string().optional(),
});
/** One step of a line's life, by what this node has seen. */
export type LifeStep = z.infer<typeof lifeStep>;

export const details = z.object({
  message,
  /** Its life, oldest first. Steps from before this version kept them are missing. */
  steps: z.array(lifeStep),
  /** Bytes of its sealed envelope, where that is known. */
  size: count.optional(),
  /** The neighbour that brought a line of somebody else. */
  via: who.optional(),
  /** Neighbours that said that they have a message of ours: its recipient's node, or those that carry it. */
  holders: z.array(who),
  /** Of a channel message of ours: the known members, and whether each is known to have it. */
  members: z.array(who.extend({ has: z.boolean(), lastSeen: z.number() })).optional(),
  /** Until when its envelope is kept here for others to have; absent when it is not kept any more. */
  keptUntil: z.number().optional(),
  /** Copies that may still be given to carriers. */
  copies: count.optional(),
  /** Its author's number of it in this conversation, from 1. */
  seq: count,
  /** How many lines its author names as the newest that it had seen. */
  follows: count,
  /** In words what is the case and what stands in the way, as `why` says it. */
  why: explanation,
});
/** All that is known of one line: who has it, since when, and by which way. */
export type Details = z.infer<typeof details>;

/** What of a running node can be changed, by the names of options: what others are told of what the user does. */
export const CONFIGURABLE: readonly string[] = ['typing', 'read-receipts'];

/** Methods about what was written. */
export const readingMethods = {
  /**
   * A page of lines, oldest first: of a conversation in its order, or of all as they came. The last `limit` lines, those right before the
   * line `before`, those right after `after`, or `around` one, which is among them; of these three at most one is given, each an id.
   */
  history: {
    params: z.object({
      where: z.string().optional(),
      before: z.string().optional(),
      after: z.string().optional(),
      around: z.string().optional(),
      /** Only what was received then or later. */
      since: z.number().optional(),
      limit: z.number().int().min(1).max(1000).default(100),
    }),
    /** `more`: there are lines before these. `moreAfter`: and after these, when it was asked for those at a line. */
    result: z.object({ messages: z.array(message), more: z.boolean(), moreAfter: z.boolean().optional() }),
  },
  /**
   * The newest `limit` lines that contain all of `text`'s words, or those before the line `before` (an id), oldest first. A word is any
   * part of a line, in any case, accents or not; `"two words"` are one. `from:PEER`, `in:WHERE`, `before:DATE` and `after:DATE`
   * (2026-11-01, that day included) say where to look.
   */
  search: {
    params: z.object({
      text: z.string().min(1),
      where: z.string().optional(),
      before: z.string().optional(),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    result: z.object({
      messages: z.array(message),
      /** Whether there may be older ones. */
      more: z.boolean(),
      /** What every line was looked through for: to be shown where it stands in them. */
      words: z.array(z.string()),
      /** Set while the index is being made: how many lines are in it, and how many there are. The others are not found yet. */
      indexing: z.object({ done: count, of: count }).optional(),
    }),
  },
  markRead: { params: z.object({ where: z.string() }), result: z.object({}) },
  /** Whether a conversation gives notice of what comes in it while nobody looks: from now on not, or again. Kept. */
  mute: {
    params: z.object({ where: z.string() }),
    result: z.object({ id: z.string(), name: z.string(), muted: z.boolean() }),
  },
  /**
   * Changes one of `CONFIGURABLE` until the node stops. Without a value only says what it is.
   */
  configure: {
    params: z.object({ name: z.string(), value: z.boolean().optional() }),
    result: z.object({ name: z.string(), value: z.boolean() }),
  },
  /** Who has a line, since when, and by which way; of any line, by its id or a prefix of 4 or more characters. */
  details: { params: z.object({ id: z.string() }), result: details },
  /** Somebody writes in a conversation: told to those who are neighbours, at most every 3 s. To be said at each key. */
  typing: { params: z.object({ where: z.string() }), result: z.object({}) },
} as const;
