import { base32, fromBase32 } from '../bytes/base32.ts';
import type { Suite } from '../crypto/suite.ts';
import { normalTopic } from './topic.ts';
import { checksum, parseQuery, unescaped } from './uri.ts';

/** What lets somebody into a private channel (docs/protocol.md §3.3). Who has it reads and writes there: it is a secret. */
export type ChannelInvite = {
  /** Normal (`normalTopic`); a name for people, from which nothing is derived. */
  readonly topic: string;
  /** The channel key, 32 bytes. */
  readonly key: Uint8Array;
};

/** Why a text is no invite: a person's mistake, to be put into words by a screen. */
export type InviteFault = 'not-an-invite' | 'bad-topic' | 'bad-key' | 'bad-checksum' | 'newer-version';

/** `qpc-channel:<topic>?v=1&key=<base32>&c=<checksum>`. */
export const formatInvite = (suite: Suite, { topic, key }: ChannelInvite): string =>
  `qpc-channel:${encodeURIComponent(topic)}?v=1&key=${base32(key)}&c=${inviteChecksum(suite, key)}`;

/** Reads an invite. Without its checksum a wrong letter would lead, silently, into a channel where nobody is. */
export function parseInvite(suite: Suite, text: string): ChannelInvite | InviteFault {
  const match = /^qpc-channel:([^?]{1,4096})\?(.+)$/is.exec(text.trim());
  const query = match && parseQuery(match[2]!);
  if (!match || !query) return 'not-an-invite';
  const only = (name: string) => (query.get(name)?.length === 1 ? query.get(name)?.[0] : undefined);
  if (only('v') !== '1') return only('v') === undefined ? 'not-an-invite' : 'newer-version';
  const topic = normalTopic(unescaped(match[1]!) ?? '');
  if (topic === undefined) return 'bad-topic';
  const key = fromBase32(only('key') ?? '');
  if (key?.length !== 32) return 'bad-key';
  return only('c')?.toLowerCase() === inviteChecksum(suite, key) ? { topic, key } : 'bad-checksum';
}

const inviteChecksum = (suite: Suite, key: Uint8Array): string => checksum(suite, 'qpc channel uri v1', key);
