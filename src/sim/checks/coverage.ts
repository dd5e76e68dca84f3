import type { MessageRecord } from '../../core/chat/record.ts';
import type { StoreRecord } from '../../core/node/record.ts';
import { type Check, claim, type Member, type View } from './check.ts';

/** Posts that are looked at in one virtual second. */
const LOOKED_AT = 20;

/** "4 of 12 have it" is never more than is true: whoever is counted has it on disk (docs/protocol.md §4.4). */
export class Coverage implements Check {
  readonly name = 'coverage';
  readonly #posts: { readonly author: number; readonly message: MessageRecord }[] = [];
  #next = 0;

  stored(at: Member, records: readonly StoreRecord[]): void {
    for (const record of records) {
      if (!('put' in record) || record.put !== 'message') continue;
      const { message } = record;
      if (message.kind === 'channel' && message.hops === 0) this.#posts.push({ author: at.index, message });
    }
  }

  second(view: View): void {
    for (let left = Math.min(LOOKED_AT, this.#posts.length); left > 0; left--) {
      this.#next = (this.#next + 1) % this.#posts.length;
      this.#look(view, this.#posts[this.#next]!);
    }
  }

  #look({ world }: View, { author, message }: { readonly author: number; readonly message: MessageRecord }): void {
    const said = world.computer(author).node?.coverage(message, world.now);
    if (!said || said.have === 0) return;
    const others = world.computers.filter(({ index }) => index !== author);
    const have = others.filter(({ disk }) => disk.message(message.id) !== undefined).length;
    claim(said.have <= have, () => `${author} says that ${said.have} have "${message.text}", and ${have} do`);
    claim(said.have <= said.of, () => `${author} says that ${said.have} of ${said.of} have "${message.text}"`);
  }
}
