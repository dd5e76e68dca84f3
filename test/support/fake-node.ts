import type { ApiEvent, ErrorCode, Method, NodeApi, Outcome, Params, Result } from '../../src/api/schema.ts';
import { apiEvent, METHODS } from '../../src/api/schema.ts';
import type { Message } from '../../src/api/shapes.ts';
import { FakeAmendments, type FakeDeed } from './fake-amendments.ts';
import { answers, type Handlers } from './fake-answers.ts';
import { FakeBook, Refusal } from './fake-book.ts';
import { messageId, PEOPLE } from './fake-people.ts';

type DeliveryState = NonNullable<Message['state']>;

export type FakeOptions = {
  /** What becomes of a message to somebody connected: `sent` and `delivered` follow by themselves, or only when the test says `deliver`. */
  readonly delivery?: 'by itself' | 'by hand';
  /** Answers that another story gives in place of the usual ones. */
  readonly answers?: (book: FakeBook) => Partial<Handlers>;
};

/**
 * A small node in memory, ann's, that keeps what NodeApi promises: parameters and results pass the schemas, names are found
 * as docs/commands.md says, messages to somebody away stay `queued`. Its clock stands still but for a second a message.
 */
export class FakeNode implements NodeApi {
  /** What the node knows. Tests may change it. */
  readonly book = new FakeBook();
  /** What was asked, in order. */
  readonly calls: { readonly method: Method; readonly params: unknown }[] = [];
  readonly #delivery: 'by itself' | 'by hand';
  readonly #listeners = new Set<(event: ApiEvent) => void>();
  readonly #mourners: ((why: string) => void)[] = [];
  readonly #amendments = new FakeAmendments(this.book);
  readonly #answers = answers(this.book, {
    write: (...line) => this.#write(...line),
    amend: (id, deed) => this.#amend(id, PEOPLE.ann, deed),
    deliver: (id, state, detail) => this.deliver(id, state, detail),
    stop: () => setImmediate(() => this.die()),
  });
  readonly #own: Partial<Handlers>;
  #gone: string | undefined;

  constructor({ delivery = 'by itself', answers }: FakeOptions = {}) {
    this.#delivery = delivery;
    this.#own = answers?.(this.book) ?? {};
  }

  async call<M extends Method>(method: M, params: Params<M>): Promise<Outcome<Result<M>>> {
    this.calls.push({ method, params });
    if (this.#gone !== undefined) return failed('E_NODE_GONE', `the node is gone: ${this.#gone}`);
    const given = METHODS[method].params.safeParse(params);
    if (!given.success) return failed('E_USAGE', given.error.issues[0]?.message ?? 'wrong parameters');
    try {
      const handle = (this.#own[method] ?? this.#answers[method]) as (params: unknown) => unknown;
      return { ok: true, result: METHODS[method].result.parse(handle(given.data)) as Result<M> };
    } catch (thrown) {
      if (thrown instanceof Refusal) return { ok: false, error: thrown.error };
      throw thrown;
    }
  }

  onEvent(listener: (event: ApiEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onClose(listener: (why: string) => void): void {
    this.#mourners.push(listener);
  }

  close(): void {
    this.#listeners.clear();
    this.#gone = 'closed by this screen';
  }

  /** Tells all listeners, as the node would. */
  emit(event: ApiEvent): void {
    const valid = apiEvent.parse(event);
    for (const listener of this.#listeners) listener(valid);
  }

  /** Somebody says something to ann, or in a channel: kept, counted as unread, and told. */
  receive(
    who: 'bob' | 'carol' | 'dora',
    text: string,
    where?: { readonly channel: string },
    /** The line that it answers. */
    re?: string,
  ): Message {
    const channel = where && this.book.channel(where.channel);
    const answered = re === undefined ? {} : { re: this.#amendments.quote(re, channel?.id ?? PEOPLE[who]) };
    const message: Message = {
      id: messageId(this.book.messages.length),
      kind: channel ? 'channel' : 'direct',
      from: PEOPLE[who],
      fromName: this.book.nameOf(PEOPLE[who]),
      to: channel?.id ?? PEOPLE.ann,
      ...(channel ? { channel: channel.channel } : {}),
      text,
      created: this.book.tick(),
      received: this.book.now,
      hops: 1,
      rank: this.book.messages.length + 1,
      ...answered,
    };
    this.book.messages.push(message);
    const conversation = channel?.id ?? PEOPLE[who];
    this.book.unread.set(conversation, (this.book.unread.get(conversation) ?? 0) + 1);
    this.emit({ type: 'message', ...message });
    return message;
  }

  /** Somebody changes a line of their own, or gives any line a sign: kept and told. */
  amend(who: keyof typeof PEOPLE, id: string, deed: FakeDeed): Message {
    this.#amend(id, PEOPLE[who], deed);
    return this.book.messages.find((m) => m.id === id)!;
  }

  /** A message of ours comes to `state`: kept and told. */
  deliver(id: string, state: DeliveryState, detail?: string): void {
    const at = this.book.messages.findIndex((m) => m.id === id);
    const message = this.book.messages[at];
    if (!message) throw new Error(`the fake has no message ${id}`);
    const more = detail === undefined ? {} : { detail };
    this.book.messages[at] = { ...message, state, ...more };
    this.emit({ type: 'delivery', id, to: message.to, state, hops: 1, at: this.book.tick(), ...more });
  }

  /** The node dies: every later call fails with `E_NODE_GONE`. */
  die(why = 'it was stopped'): void {
    this.#gone = why;
    for (const mourner of this.#mourners) mourner(why);
  }

  #amend(prefix: string, from: string, deed: FakeDeed): { readonly id: string; readonly by: string } {
    const line = this.#amendments.line(prefix, from, deed.what);
    const { event, by } = this.#amendments.amend(line, from, deed);
    this.emit(event);
    return { id: line.id, by };
  }

  /** A line of ann's own, and what becomes of it. */
  #write(kind: 'direct' | 'channel', to: string, text: string, channel?: string, re?: string): string {
    const answered = re === undefined ? {} : { re: this.#amendments.quote(re, to) };
    const id = messageId(this.book.messages.length);
    const at = this.book.tick();
    const topic = channel === undefined ? {} : { channel };
    const from = { from: PEOPLE.ann, fromName: this.book.name };
    this.book.messages.push({
      id,
      kind,
      ...from,
      to,
      ...topic,
      text,
      created: at,
      received: at,
      hops: 0,
      rank: this.book.messages.length + 1,
      state: 'queued',
      ...answered,
    });
    const away = kind === 'direct' && this.book.peers.find((p) => p.id === to)?.state !== 'connected';
    if (this.#delivery === 'by itself' && !away) {
      setImmediate(() => this.deliver(id, 'sent'));
      if (kind === 'direct') setImmediate(() => this.deliver(id, 'delivered'));
    }
    return id;
  }
}

const failed = (code: ErrorCode, message: string): Outcome<never> => ({ ok: false, error: { code, message } });
