import type { ApiEvent } from '../../src/api/schema.ts';
import type { Message, Reaction } from '../../src/api/shapes.ts';
import { conversationOf, type FakeBook, Refusal } from './fake-book.ts';
import { PEOPLE } from './fake-people.ts';

/** What somebody does to a line of the fake. */
export type FakeDeed =
  | { readonly what: 'edited'; readonly text: string }
  | { readonly what: 'deleted' }
  | { readonly what: 'reacted'; readonly sign: string };

type Changed = Extract<ApiEvent, { type: 'changed' }>;

/** Who gave which sign to which line, as the fake's node counts them. */
export class FakeAmendments {
  readonly #book: FakeBook;
  /** Signs by line, then by author. */
  readonly #signs = new Map<string, Map<string, string>>();
  #amendments = 0;

  constructor(book: FakeBook) {
    this.#book = book;
  }

  /** The line that begins with `prefix`, as far as `from` may do this to it. */
  line(prefix: string, from: string, what: FakeDeed['what']): Message {
    const line = this.#book.line(prefix);
    if (line.deleted) throw new Refusal('E_UNKNOWN_MESSAGE', `${prefix} was taken back`);
    if (what !== 'reacted' && line.from !== from) throw new Refusal('E_UNKNOWN_MESSAGE', `${prefix} is not yours`);
    return line;
  }

  /** Does it: the line anew, and the event that tells of it. */
  amend(line: Message, from: string, deed: FakeDeed): { readonly event: Changed; readonly by: string } {
    const by = { id: `${line.id.slice(0, 56)}${String(++this.#amendments).padStart(8, '0')}`, at: this.#book.tick() };
    const changed = this.#changed(line, from, deed, from === PEOPLE.ann ? { ...by, state: 'queued' } : by);
    const place = this.#book.messages.indexOf(line);
    this.#book.messages[place] = changed;
    const { what } = deed;
    const taken = what === 'reacted' && deed.sign === '';
    const told = {
      what: taken ? 'unreacted' : what,
      ...(what === 'reacted' && !taken ? { sign: deed.sign } : {}),
    } as const;
    const who = { from, fromName: from === PEOPLE.ann ? this.#book.name : this.#book.nameOf(from) };
    return { event: { type: 'changed', ...changed, by: { ...who, ...told } }, by: by.id };
  }

  /** The beginning of the line that an answer answers. */
  quote(re: string, conversation: string): NonNullable<Message['re']> {
    const line = this.#book.messages.find((m) => m.id.startsWith(re) && conversationOf(m) === conversation);
    if (!line) throw new Refusal('E_UNKNOWN_MESSAGE', `no message of this conversation begins with ${re}`);
    return { id: line.id, from: line.from, fromName: line.fromName, text: line.text.slice(0, 200) };
  }

  #changed(line: Message, from: string, deed: FakeDeed, by: NonNullable<Message['edited']>): Message {
    if (deed.what === 'edited') return { ...line, text: deed.text, edited: by };
    if (deed.what === 'deleted') {
      const { reactions: _, edited: __, ...rest } = line;
      return { ...rest, text: '', deleted: by };
    }
    const signs = this.#signs.get(line.id) ?? new Map<string, string>();
    this.#signs.set(line.id, signs);
    if (deed.sign === '') signs.delete(from);
    else signs.set(from, deed.sign);
    const { reactions: _, ...rest } = line;
    return signs.size === 0 ? rest : { ...rest, reactions: this.#count(signs) };
  }

  #count(signs: ReadonlyMap<string, string>): Reaction[] {
    return [...new Set(signs.values())].map((sign) => {
      const who = [...signs].flatMap(([id, its]) => (its === sign ? [id] : []));
      const others = who.filter((id) => id !== PEOPLE.ann).map((id) => this.#book.nameOf(id));
      return { sign, count: who.length, mine: who.length > others.length, names: others };
    });
  }
}
