import type { Preferences } from '../../api/preferences.ts';
import type { Message } from '../../api/shapes.ts';
import {
  NOTICE_CHARACTERS_MAX,
  NOTICE_COOLDOWN_MS,
  NOTICES_A_MINUTE_MAX,
  NOTICES_MAX,
} from '../../core/base/limits.ts';
import { graphemes } from '../drawing/cells.ts';
import * as guard from '../drawing/guard.ts';
import { conversationOf, mentions } from '../reading/conversations.ts';
import type { ViewState } from '../screen-state.ts';
import { BELL, notice } from './osc.ts';

/**
 * Says on the desktop that somebody has written, while the person looks elsewhere: what is for them alone and what names
 * them, once in `NOTICE_COOLDOWN_MS` for a conversation, and `NOTICES_A_MINUTE_MAX` times for
 * all whom the person has not named.
 */
export class Notifier {
  readonly #write: (bytes: string) => void;
  /** When each conversation gave notice last: milliseconds since 1970. */
  readonly #last = new Map<string, number>();
  /** When the newest notices of those without a name of the person's were given. */
  #recent: readonly number[] = [];

  constructor(write: (bytes: string) => void) {
    this.#write = write;
  }

  /** A line came by itself. */
  heard(state: ViewState, message: Message, now: number): void {
    const where = conversationOf(message, state.me);
    const bytes = noticeOf(state, message);
    if (bytes === undefined || now - (this.#last.get(where) ?? -Infinity) < NOTICE_COOLDOWN_MS) return;
    if (message.fromName.startsWith('~') && !this.#hasRoom(now)) return;
    this.#last.delete(where);
    this.#last.set(where, now);
    const [oldest] = this.#last.keys();
    if (this.#last.size > NOTICES_MAX && oldest !== undefined) this.#last.delete(oldest);
    this.#write(bytes);
  }

  /** Whether one more notice of somebody whom the person has not named may be given in this minute; then it counts as given. */
  #hasRoom(now: number): boolean {
    this.#recent = this.#recent.filter((at) => Math.abs(now - at) < 60_000);
    if (this.#recent.length >= NOTICES_A_MINUTE_MAX) return false;
    this.#recent = [...this.#recent, now];
    return true;
  }
}

/** What is written to the terminal to give notice of a line; `undefined` when it is not worth one. */
export function noticeOf(state: ViewState, message: Message): string | undefined {
  const { focused, me, preferences, able } = state;
  const mode: Preferences['notify'] = preferences.notify;
  if (focused || mode === 'off' || message.from === me.id || message.state !== undefined) return undefined;
  const where = conversationOf(message, me);
  const calls = mentions(message.text, me);
  if (message.kind === 'channel' && !calls) return undefined;
  if (state.conversations.some(({ id, muted }) => id === where && muted)) return undefined;
  // Over the network only what was asked for: `name` is what is usual.
  if (able.remote && mode === 'name') return undefined;
  if (mode === 'bell' || able.notices === 'bell') return BELL;
  const who = guard.line(message.fromName);
  const title = message.kind === 'channel' ? `${who} in #${guard.line(message.channel ?? '')}` : who;
  const body = mode === 'text' ? shortened(message.text) : calls ? 'calls you' : 'has written';
  return notice(able.notices, { title: `qpc: ${shortened(title)}`, body });
}

const shortened = (text: string): string => {
  const letters = [...graphemes(guard.line(text.slice(0, NOTICE_CHARACTERS_MAX * 8)))];
  return letters.length <= NOTICE_CHARACTERS_MAX
    ? letters.join('')
    : `${letters.slice(0, NOTICE_CHARACTERS_MAX - 1).join('')}…`;
};
