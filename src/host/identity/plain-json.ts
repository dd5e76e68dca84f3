/** JSON without arrays, escapes, fractions, `true`, `false` and `null`: all that our small files of secrets need. */
export type PlainJson = number | string | PlainObject;
export type PlainObject = { readonly [name: string]: PlainJson };

/** Where and how a text is not what it should be; `at` counts bytes from 0. */
export class DamageError extends Error {
  override readonly name = 'DamageError';
}

/** How deep objects may nest. */
const DEPTH_MAX = 2;

/**
 * Reads such a text. Stricter than `JSON.parse`, which takes a name twice, and says at which byte it goes wrong, which that does
 * not always.
 *
 * @throws DamageError, whose message is like "unexpected end at byte 131".
 */
export function readPlainJson(bytes: Uint8Array): PlainObject {
  // One unit for each byte, so that positions are those of bytes; what is not ASCII is refused anyway.
  const reader = new TokenReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'));
  reader.expect('{');
  const value = readObject(reader, 1);
  reader.end();
  return value;
}

/** What stands between braces, of which the first has been read. */
function readObject(reader: TokenReader, depth: number): PlainObject {
  const object: Record<string, PlainJson> = {};
  for (;;) {
    const name = reader.next('a name');
    if (!name.startsWith('"')) reader.refuse('no name');
    if (Object.hasOwn(object, name.slice(1, -1))) reader.refuse(`${name} a second time`);
    reader.expect(':');
    object[name.slice(1, -1)] = readValue(reader, depth);
    if (reader.next('a comma') === '}') return object;
    if (reader.token !== ',') reader.refuse('no comma');
  }
}

function readValue(reader: TokenReader, depth: number): PlainJson {
  const token = reader.next('a value');
  if (token.startsWith('"')) return token.slice(1, -1);
  if (/^\d/.test(token)) return Number(token);
  if (token !== '{' || depth === DEPTH_MAX) reader.refuse('no value');
  return readObject(reader, depth + 1);
}

const TOKEN = /"[ !#-[\]-~]*"|0|[1-9]\d{0,14}|[{}:,]/y;
const BLANK = /[ \t\r\n]*/y;

class TokenReader {
  token = '';
  readonly #text: string;
  #at = 0;
  #next = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(wanted: string): string {
    this.#at = this.#match(BLANK, this.#next)!.end;
    const found = this.#match(TOKEN, this.#at);
    if (!found) {
      // A string that goes on to the end was cut off there, not where it begins.
      if (/^("[ !#-[\]-~]*)?$/.test(this.#text.slice(this.#at)))
        this.#fail(`unexpected end at byte ${this.#text.length}`);
      this.refuse(`no ${wanted.replace(/^an? /, '')}`);
    }
    this.#next = found.end;
    this.token = found.text;
    return found.text;
  }

  expect(token: string): void {
    if (this.next(`a ${token}`) !== token) this.refuse(`no ${token}`);
  }

  end(): void {
    const rest = this.#match(BLANK, this.#next)!.end;
    if (rest < this.#text.length) this.#fail(`something after its end at byte ${rest}`);
  }

  refuse(what: string): never {
    return this.#fail(`${what} at byte ${this.#at}`);
  }

  #match(pattern: RegExp, at: number): { readonly text: string; readonly end: number } | undefined {
    pattern.lastIndex = at;
    const text = pattern.exec(this.#text)?.[0];
    return text === undefined ? undefined : { text, end: at + text.length };
  }

  #fail(message: string): never {
    throw new DamageError(message);
  }
}
