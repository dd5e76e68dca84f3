import { UNTOLD_LINES_MAX } from '../../core/base/limits.ts';
import type { MessageRecord } from '../../core/chat/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';

/**
 * Lines of others that are on disk and that no screen has been told of in this run: they wait for earlier ones of their author
 * (docs/protocol.md §4.2), and their turn comes within seconds.
 */
export class UntoldLines {
  /** Each with its conversation, in the order of storing. */
  readonly #lines = new Map<EnvelopeId, string>();

  stored({ id, conversation }: MessageRecord): void {
    this.#lines.set(id, conversation);
    if (this.#lines.size > UNTOLD_LINES_MAX) this.#lines.delete(this.#lines.keys().next().value!);
  }

  has(id: EnvelopeId): boolean {
    return this.#lines.has(id);
  }

  get size(): number {
    return this.#lines.size;
  }

  /** The one of a conversation that was stored first. */
  firstOf(conversation: string): EnvelopeId | undefined {
    for (const [id, its] of this.#lines) if (its === conversation) return id;
    return undefined;
  }

  /** Its turn has come. */
  told(id: EnvelopeId): void {
    this.#lines.delete(id);
  }
}
