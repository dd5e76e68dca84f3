import type { ApiEvent, NodeApi, Outcome } from '../api/schema.ts';
import type { Settings } from '../api/setting.ts';
import type { Message, Peer, Status } from '../api/shapes.ts';
import { progressSentence } from '../commands/aloud.ts';
import type { Context } from '../commands/context.ts';
import { eventLine } from '../commands/event-line.ts';
import { printable, printableJson } from '../commands/printable.ts';
import { errorLine, type Reply, runLine } from '../commands/run-line.ts';
import { clock } from '../commands/show.ts';
import { EVENTS_HELD_MAX, LINE_CHARS_MAX } from '../core/base/limits.ts';
import { LineContext } from './line-context.ts';
import type { InputLine } from './lines.ts';
import { Quarters } from './quarters.ts';

/** What line mode needs of the outside. */
export type LineModeOptions = {
  readonly api: NodeApi;
  /** What this screen says of itself when it meets the node. */
  readonly greeting: { readonly version: string; readonly settings: Readonly<Record<string, string>> };
  /** Whether to speak JSON, else words. */
  readonly json: boolean;
  readonly ascii: boolean;
  /** Whether what is printed is read aloud or by touch (`ACCESSIBLE=1`): sentences, and no signs. */
  readonly aloud: boolean;
  readonly settings: Settings;
  /** How long to wait at the end of input for what is still queued. */
  readonly lingerMs: number;
  readonly lines: AsyncIterable<InputLine>;
  /** Prints one line. */
  readonly print: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls `then` after `ms` milliseconds; the function given back calls that off. */
  readonly after: (ms: number, then: () => void) => () => void;
};

/**
 * A conversation in lines (docs/commands.md, line mode): one reply for each line of input, in order, and one line for each event.
 * Resolves at the end of input, once nothing that was written here is queued any more or `lingerMs` have passed.
 */
export async function lineMode(options: LineModeOptions): Promise<Outcome<undefined>> {
  const { api, greeting } = options;
  const met = await api.call('attach', { ...greeting, settings: { ...greeting.settings }, replay: true });
  if (!met.ok) return met;
  const gone = new Promise<Outcome<undefined>>((resolve) => {
    api.onClose((why) =>
      resolve({
        ok: false,
        error: {
          code: 'E_NODE_GONE',
          message: `the node is gone: ${why}`,
          hint: 'qpc starts one again when it starts; what is queued stays queued',
        },
      }),
    );
  });
  const sitting = new LineMode(options);
  sitting.ready(met.result.status, met.result.notices);
  const early: ApiEvent[] = [];
  let hear = (event: ApiEvent): void => void early.push(event);
  const stop = api.onEvent((event) => hear(event));
  try {
    const known = await api.call('peers', {});
    if (known.ok) sitting.present(known.result.peers, early);
    await sitting.learnNames();
    for (const event of early) sitting.tell(event);
    hear = (event) => sitting.tell(event);
    return await Promise.race([gone, converse(sitting, options)]);
  } finally {
    stop();
  }
}

async function converse(sitting: LineMode, options: LineModeOptions): Promise<Outcome<undefined>> {
  for await (const line of options.lines) {
    await sitting.answer(line);
    if (sitting.left) break;
  }
  await sitting.linger();
  return { ok: true, result: undefined };
}

/** One sitting: what is printed, and which messages of ours are still on this machine. */
class LineMode {
  readonly #options: LineModeOptions;
  readonly #context: LineContext;
  /** Messages written here that nobody else is known to have. */
  readonly #queued = new Set<string>();
  /** News of messages, held back while a line is being answered: the reply that names a message comes before its news. */
  #held: ApiEvent[] | undefined;
  #whenAllLeft = () => {};
  /** Our own id. */
  #self = '';
  /** Conversations of which lines were printed since the node was told that they are read. */
  readonly #printed = new Set<string>();
  #telling = false;
  readonly #quarters = new Quarters();

  constructor(options: LineModeOptions) {
    this.#options = options;
    this.#context = new LineContext(options);
  }

  /** Whether `/quit` was typed. */
  get left(): boolean {
    return this.#context.left;
  }

  ready({ id, name, home, pid, addresses, version }: Status, notices: readonly string[]): void {
    this.#self = id;
    const where = addresses.join(', ') || 'no address';
    this.#say({ type: 'ready', id, name, home, pid, addresses, version }, [
      `ready: ${name} ${this.#options.aloud ? '' : `${id} `}on ${where}, qpc ${version}`,
    ]);
    for (const message of notices) this.tell({ type: 'notice', level: 'warn', code: 'SETTING', message });
  }

  /**
   * Says who is connected already, as if it happened now: a script that waits for a peer need not ask whether it came before.
   *
   * @param news events that are still to be told; who is in them is not told twice.
   */
  present(peers: readonly Peer[], news: readonly ApiEvent[]): void {
    const inNews = new Set(news.flatMap((event) => (event.type === 'peer' ? [event.id] : [])));
    for (const { id, name, address, source, state } of peers) {
      if (state !== 'connected' || inNews.has(id)) continue;
      const where = address === undefined ? {} : { address };
      this.tell({ type: 'peer', id, name, state, ...where, source, at: this.#options.now() });
    }
  }

  /** Learns what conversations are called, for sentences that name them. */
  async learnNames(): Promise<void> {
    if (this.#options.json) return;
    const all = await this.#options.api.call('conversations', {});
    if (all.ok) this.#context.learn(all.result.conversations);
  }

  tell(event: ApiEvent): void {
    if (!this.#options.json && isPassing(event)) this.#pass(event);
    // The reply that follows says it to a person, in other words.
    else if (!this.#options.json && this.#held && event.type === 'changed' && event.by.from === this.#self) return;
    else if (event.type === 'delivery' && this.#held && this.#held.length < EVENTS_HELD_MAX) this.#held.push(event);
    else this.#print(event);
  }

  async answer(line: InputLine): Promise<void> {
    const { api, json } = this.#options;
    // An empty line is a slip of a person; a program is owed its reply.
    if ('text' in line && line.text.trim() === '' && !json) return;
    this.#held = [];
    const reply = 'text' in line ? await runLine(line.text, api, this.#context) : tooLong(this.#context);
    this.#reply(reply);
    if (this.#held.some((event) => event.type === 'delivery' && this.#context.nameOf(event.to) === undefined))
      await this.learnNames();
    const held = this.#held;
    this.#held = undefined;
    for (const event of held) this.#print(event);
  }

  /** Waits until all that was written here has left this machine, but no longer than was asked for. */
  async linger(): Promise<void> {
    for (const id of this.#queued) {
      const now = await this.#options.api.call('message', { id });
      if (now.ok && now.result.state !== 'queued') this.#queued.delete(id);
    }
    if (this.#queued.size === 0) return;
    await new Promise<void>((resolve) => {
      const stopClock = this.#options.after(this.#options.lingerMs, resolve);
      this.#whenAllLeft = () => {
        stopClock();
        resolve();
      };
    });
  }

  #reply({ command, answer, lines }: Reply): void {
    const outcome = answer.ok ? { ok: true, result: answer.result ?? {} } : { ok: false, error: answer.error };
    this.#say({ type: 'reply', command, ...outcome }, lines);
    const sent = answer.ok ? sentId(answer.result) : undefined;
    if (sent !== undefined) this.#queued.add(sent);
  }

  #print(event: ApiEvent): void {
    // To a person the reply has said so in the line before.
    const said = event.type === 'delivery' && event.state === 'queued' && this.#queued.has(event.id);
    if (said && !this.#options.json) return;
    this.#say(event, [eventLine(event, this.#context)]);
    if (event.type === 'message') this.#read(event);
    if (event.type !== 'delivery' || event.state === 'queued') return;
    this.#queued.delete(event.id);
    if (this.#queued.size === 0) this.#whenAllLeft();
  }

  /** What is so at this moment only: that somebody is writing is no line, and of what takes long the quarters are. */
  #pass(event: Passing): void {
    const percent = event.type === 'progress' ? this.#quarters.passed(event) : undefined;
    if (event.type !== 'progress' || percent === undefined) return;
    this.#say(event, [`${clock(event.at, this.#context)} ${progressSentence(event, percent)}`]);
  }

  /** A person has read what was printed. What a program reads it has not, and programs have `markRead`. */
  #read({ kind, from, to, state }: Message): void {
    if (this.#options.json || state !== undefined) return;
    this.#printed.add(kind === 'channel' ? to : from);
    if (!this.#telling) void this.#tellRead();
  }

  /** One conversation after the other, however fast lines come. */
  async #tellRead(): Promise<void> {
    this.#telling = true;
    for (const where of this.#printed) {
      this.#printed.delete(where);
      await this.#options.api.call('markRead', { where });
    }
    this.#telling = false;
  }

  #say(value: unknown, lines: readonly string[]): void {
    if (this.#options.json) this.#options.print(printableJson(value));
    else for (const line of lines) this.#options.print(printable(line));
  }
}

type Passing = Extract<ApiEvent, { type: 'typing' | 'progress' }>;

const isPassing = (event: ApiEvent): event is Passing => event.type === 'typing' || event.type === 'progress';

/**
 * The id of what may still be on its way, when a result tells of such: of a message that `/mesh send`, `/mesh broadcast`, `/reply` or text has
 * made, or of what `/edit`, `/delete` or `/react` sends about one.
 */
function sentId(result: unknown): string | undefined {
  const { id, by, state, neighbours } = (result ?? {}) as Readonly<Record<string, unknown>>;
  const isSent = state === 'queued' || neighbours !== undefined;
  return isSent ? [by, id].find((one) => typeof one === 'string') : undefined;
}

const tooLong = (context: Pick<Context, 'ascii' | 'aloud'>): Reply => {
  const message = `a line may have ${LINE_CHARS_MAX} characters, this one had more: nothing was sent`;
  const error = { code: 'E_TOO_LARGE', message } as const;
  return { command: '/chat', answer: { ok: false, error }, lines: [errorLine(error, context)] };
};
