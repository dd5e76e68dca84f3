import { z } from 'zod';
import { TTL_SECONDS_MAX } from '../core/base/limits.ts';
import type { Argument, Completes, Option } from './command.ts';
import { parseDuration } from './duration.ts';

const word = (label: string, about: string, completes: Completes = 'nothing'): Argument<string> => ({
  label,
  about,
  schema: z.string().min(1, 'must not be empty'),
  completes,
  optional: false,
  rest: false,
});

/** Somebody: a petname, `~name`, an id, or the beginning of one. */
export const PEER = word('PEER', 'a petname, ~name, an id, or 8 or more letters of one', 'peer');
/** A channel, with or without `#`. */
export const TOPIC = word('TOPIC', 'the topic of a channel, with or without #', 'topic');
/** A person or a channel. */
export const WHERE = word('WHERE', 'a PEER, or a channel as #topic', 'where');
/** One of our own messages. */
export const MESSAGE = word('MESSAGE', 'a message of yours: its id, or 4 or more digits of it', 'message');
/** What somebody or something is to be called. */
export const NAME = word('NAME', 'a name');

/** A word of another kind. */
export const oneWord = word;

/** A word that is one of a few. */
export const choiceWord = <const C extends readonly [string, ...string[]]>(
  label: string,
  choices: C,
): Argument<C[number]> => ({
  ...word(label, choices.join(', ')),
  schema: z.enum(choices, `must be ${listed(choices)}`) as unknown as Argument<C[number]>['schema'],
  choices,
});

/** Everything to the end of the line, as typed. */
export const TEXT: Argument<string> = { ...word('TEXT', 'everything to the end of the line, as typed'), rest: true };

/** The same argument, when it may be left out. */
export const optional = <T>(argument: Argument<T>): Argument<T | undefined> => ({
  ...argument,
  schema: argument.schema.optional() as z.ZodType<T | undefined, string | undefined>,
  optional: true,
});

/** The same argument under another label. */
export const called = <T>(label: string, about: string, argument: Argument<T>): Argument<T> => ({
  ...argument,
  label,
  about,
});

/** `HOST:PORT`, where IPv6 stands in brackets; names are resolved by the node. */
export const ADDRESS: Argument<string> = {
  ...word('HOST:PORT', 'where it listens, such as 192.0.2.7:7000 or [2001:db8::7]:7000'),
  schema: z.string().refine(isHostAndPort, 'must be HOST:PORT, such as 192.0.2.7:7000'),
};

/** Whether `text` is a host and a port from 1 to 65535. */
function isHostAndPort(text: string): boolean {
  const match = /^(?:\[[0-9a-f:.]+(?:%[^\]\s]+)?\]|[^:[\]\s]+):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[1]);
  return port >= 1 && port <= 65_535;
}

/** `--name`, off unless given. */
export const flag = (about: string): Option<boolean> => ({
  label: undefined,
  about,
  schema: z.boolean().default(false) as z.ZodType<boolean, string | boolean | undefined>,
  completes: 'nothing',
  choices: [],
});

/** `--name VALUE`, absent unless given. */
export const valued = (label: string, about: string, completes: Completes = 'nothing'): Option<string | undefined> => ({
  label,
  about,
  schema: z.string().min(1, 'must not be empty').optional() as z.ZodType<
    string | undefined,
    string | boolean | undefined
  >,
  completes,
  choices: [],
});

/** `--name one|of|these`. */
export const choice = <const C extends readonly [string, ...string[]]>(
  about: string,
  choices: C,
  usual: C[number],
): Option<C[number]> => ({
  label: choices.join('|'),
  about: `${about} (else ${usual})`,
  schema: z.enum(choices, `must be ${listed(choices)}`).default(usual as never) as unknown as z.ZodType<
    C[number],
    string | boolean | undefined
  >,
  completes: 'nothing',
  choices,
});

/** `--name 30s`: a length of time, in milliseconds. */
export const duration = (about: string): Option<number | undefined> => ({
  label: 'TIME',
  about,
  schema: z
    .string()
    .transform((text, issues) => {
      const ms = parseDuration(text);
      if (ms === undefined) issues.addIssue({ code: 'custom', message: 'must be a time such as 30s, 5m, 2h or 1d' });
      return ms ?? z.NEVER;
    })
    .optional() as z.ZodType<number | undefined, string | boolean | undefined>,
  completes: 'nothing',
  choices: [],
});

/** `--ttl 2h`: how long a message is kept for whoever is away, in seconds. */
export const lifetime: Option<number | undefined> = {
  ...duration('how long it is kept for whoever is away, else 3d; 1s to 30d'),
  schema: z
    .string()
    .transform((text, issues) => {
      const seconds = Math.floor((parseDuration(text) ?? 0) / 1000);
      if (seconds >= 1 && seconds <= TTL_SECONDS_MAX) return seconds;
      issues.addIssue({ code: 'custom', message: 'must be a time from 1s to 30d' });
      return z.NEVER;
    })
    .optional() as z.ZodType<number | undefined, string | boolean | undefined>,
};

/** The parameter of NodeApi for a lifetime that may have been given. */
export const keptFor = (ttlSeconds: number | undefined): { readonly ttlSeconds?: number } =>
  ttlSeconds === undefined ? {} : { ttlSeconds };

/** `--name N`: a whole number from `least` to `most`. */
export const whole = (about: string, least: number, most: number): Option<number | undefined> => ({
  label: 'N',
  about,
  schema: z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most, {
      error: `must be a whole number from ${least} to ${most}`,
    })
    .transform(Number)
    .optional() as z.ZodType<number | undefined, string | boolean | undefined>,
  completes: 'nothing',
  choices: [],
});

/** `a, b or c`. */
const listed = (choices: readonly string[]): string => `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
