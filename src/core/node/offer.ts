import type { Instant } from '../base/time.ts';
import type { Rate } from '../base/token-bucket.ts';
import { hex } from '../bytes/hex.ts';
import type { Came } from '../chat/receipts.ts';
import type { MessageRecord } from '../chat/record.ts';
import type { NodeId } from '../crypto/node-id.ts';
import type { LineContent, Saying, UnsupportedContent } from '../wire/content.ts';
import type { Envelope } from '../wire/envelope.ts';
import type { PushAnswer } from '../wire/mesh-message.ts';

/** An envelope, and whose names are on it. */
export type Post = {
  readonly envelope: Envelope;
  /** Who says that he signed it. */
  readonly from: NodeId;
  /** A NodeId or a ChannelId. */
  readonly to: string;
  /** Bytes of the whole. */
  readonly size: number;
  /** The neighbour that brought it. */
  readonly via: NodeId | undefined;
};

/** Who offers an envelope and is owed an answer: a neighbour, or a person with a file. */
export interface Giver {
  /** The neighbour; `undefined` for a file, which nothing can be given back to. */
  readonly peer: NodeId | undefined;
  /** Whether it has proved to be who it is: until then what it offers may be a replay. */
  readonly proved: boolean;
  /** Whether it may do this much of something for which there is a rate. */
  takes(count: number, rate: Rate, now: Instant): boolean;
  answer(answer: PushAnswer, now: Instant): void;
}

/** One push on its way through the checks, with the answer it is owed. */
export type Offer = Post & {
  readonly giver: Giver;
  /** Copies for carriage that this node takes with it; 0 for what it is to pass on. */
  readonly copies: number;
  readonly again: boolean;
};

/** What a receipt for this envelope will say. */
export const cameOf = ({ envelope }: Offer): Came => ({
  id: envelope.id,
  hops: envelope.hop.count + 1,
  ttlSeconds: envelope.signed.ttlSeconds,
});

/** Where the line of an envelope belongs, and when it was received by our calendar. */
type Place = Pick<MessageRecord, 'kind' | 'conversation' | 'rank' | 'received'>;

/** What a content says, as it is kept. */
export const saidIn = (said: Saying | UnsupportedContent): Pick<MessageRecord, 'content' | 'text' | 're'> => ({
  content: said.type,
  text: 'text' in said ? said.text : 'sign' in said ? said.sign : '',
  ...('re' in said && said.re !== undefined ? { re: said.re } : {}),
});

/** The line of a conversation that an envelope turned out to be. */
export const messageOf = (
  { envelope, from, to, size, via }: Post,
  content: LineContent,
  place: Place,
): MessageRecord => ({
  ...place,
  id: envelope.id,
  from,
  to,
  ...saidIn(content),
  created: content.created,
  hops: envelope.hop.count + 1,
  ...(via === undefined ? {} : { via }),
  size,
  epoch: hex(content.epoch),
  seq: content.seq,
  after: content.after,
});
