import { done, type Handlers } from '../../api/answer.ts';
import { cleanText } from '../../core/base/clean.ts';
import type { MessageRecord } from '../../core/chat/record.ts';
import type { NodeId } from '../../core/crypto/node-id.ts';
import type { ConversationRow } from '../database/history.ts';
import type { Desk } from './desk.ts';

/** Strangers whose waiting was told to the user since the start. The oldest is told of again. */
const TOLD_MAX = 1_000;

/**
 * Messages of strangers, when the user wants to be asked first (`--requests`): they are kept, acknowledged as always, and shown when
 * he accepts their author. A stranger is who is no contact and was never written to.
 */
export class Requests {
  readonly #desk: Desk;
  readonly #told = new Set<NodeId>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Whether a message waits until its author is accepted. */
  waits({ kind, from }: Pick<MessageRecord, 'kind' | 'from'>): boolean {
    const { about, names, owner } = this.#desk;
    return about.requests && kind === 'direct' && from !== names.self && owner.turn((node) => node.isStranger(from));
  }

  /** What the user is told of a message that waits; `undefined` when he knows already. */
  notice({ from }: MessageRecord): string | undefined {
    if (this.#told.has(from)) return undefined;
    this.#told.add(from);
    if (this.#told.size > TOLD_MAX) this.#told.delete(this.#told.values().next().value!);
    return this.#asks(from);
  }

  /** What a screen that comes is told of those who wait, whether or not one was there when they wrote. */
  reminder(): string | undefined {
    const [first, ...others] = this.all();
    if (!first) return undefined;
    if (others.length === 0) return this.#asks(first.id as NodeId);
    return `${others.length + 1} strangers would like to write to you · /requests shows who`;
  }

  /** The conversations that wait, newest first. */
  all(): readonly ConversationRow[] {
    const { about, database } = this.#desk;
    const rows = about.requests ? database.conversations() : [];
    return rows.filter(({ id, kind }) => this.waits({ kind, from: id as NodeId }));
  }

  #asks(from: NodeId): string {
    return `${this.#desk.names.of(from)} would like to write to you · /requests shows it, /accept or /block answers`;
  }
}

/** What strangers have written that waits. */
export const requestMethods = (desk: Desk, requests: Requests) =>
  ({
    requests: () =>
      done({
        requests: requests.all().map(({ id, unread, lastAt }) => {
          const { messages } = desk.database.history({ conversation: id, limit: 1 });
          const name = desk.names.of(id as NodeId);
          return { id, name, messages: unread, lastAt, text: cleanText(messages[0]?.text ?? '') };
        }),
      }),
  }) satisfies Partial<Handlers>;
