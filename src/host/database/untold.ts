import { UNTOLD_LINES_MAX } from '../../core/base/limits.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';

/** What is known of a line between the disk and the screens. */
export type Untold = {
  /** Whether a line that was stored after it has been told before it. */
  readonly overtaken: boolean;
  /** Whether it was stored as displayed. */
  readonly displayed: boolean;
};

/**
 * Lines of others that are on disk and that no screen has been told of: they wait for earlier ones of their author
 * (docs/protocol.md §4.2). They are stored as they come and told in their turn; here it is seen where these orders differ.
 */
export class UntoldLines {
  /** In the order of storing. */
  readonly #lines = new Map<EnvelopeId, Untold>();

  stored(id: EnvelopeId, displayed: boolean): void {
    this.#lines.set(id, { overtaken: false, displayed });
    if (this.#lines.size > UNTOLD_LINES_MAX) this.#lines.delete(this.#lines.keys().next().value!);
  }

  has(id: EnvelopeId): boolean {
    return this.#lines.has(id);
  }

  get size(): number {
    return this.#lines.size;
  }

  /** Its turn has come; `undefined` when it was not waited for. */
  told(id: EnvelopeId): Untold | undefined {
    const line = this.#lines.get(id);
    if (!line) return undefined;
    for (const [earlier, waiting] of this.#lines) {
      if (earlier === id) break;
      if (!waiting.overtaken) this.#lines.set(earlier, { ...waiting, overtaken: true });
    }
    this.#lines.delete(id);
    return line;
  }
}
