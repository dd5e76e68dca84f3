import { cleanText } from '../../core/base/clean.ts';
import type { NodeEvent } from '../../core/node/event.ts';

/** What is wrong at the moment, a sentence for each thing that can be wrong, until it is right again. */
export class Troubles {
  readonly #sentences = new Map<'disk' | 'nearby', string>();

  /** Listens to the driver, which tells once that the disk takes nothing, and once that it does again. */
  heard(event: NodeEvent): void {
    if (event.type !== 'notice') return;
    if (event.code === 'IDENTITY_ELSEWHERE') this.elsewhere = cleanText(event.message);
    if (event.code === 'STORE_OK') this.#sentences.delete('disk');
    if (event.code === 'STORE_FULL' || event.code === 'STORE_FAILED')
      this.#sentences.set('disk', cleanText(event.message));
  }

  /** That two nodes run with one identity, since somebody saw both. */
  elsewhere: string | undefined;

  /** The search for nodes nearby has a trouble, or has none any more. */
  nearby(sentence: string | undefined): void {
    if (sentence === undefined) this.#sentences.delete('nearby');
    else this.#sentences.set('nearby', sentence);
  }

  /** What is wrong with the search for nodes nearby. */
  get ofNearby(): string | undefined {
    return this.#sentences.get('nearby');
  }

  all(): readonly string[] {
    return [...this.#sentences.values()];
  }
}
