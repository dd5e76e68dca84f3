import { nearest } from '../../core/base/nearest.ts';

/** A map says something that makes no sense. The message begins with the file and the line. */
export class MapError extends Error {
  override readonly name = 'MapError';
}

/** Where the values of a file stand. */
export type Places = { readonly file: string; readonly lines: ReadonlyMap<string, number> };

/** What a number may be. */
export type Range = { readonly min: number; readonly max: number };

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
};

/** A table of a map, read key by key. What nobody has asked for when it is `done` is a mistake of the writer. */
export class Table {
  readonly path: string;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #places: Places;
  readonly #asked = new Set<string>();

  constructor(values: unknown, path: string, places: Places) {
    this.path = path;
    this.#places = places;
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      throw new MapError(`${this.where()}: ${path} must be a table, [${path}]`);
    }
    this.#values = values as Record<string, unknown>;
  }

  /** The file and the line of a key, or of the table itself: `village.toml:12`. */
  where(key?: string): string {
    const { file, lines } = this.#places;
    const own = key === undefined ? undefined : lines.get(this.path === '' ? key : `${this.path}.${key}`);
    return `${file}:${own ?? lines.get(this.path) ?? 1}`;
  }

  /** @throws MapError that says so, at the place of the key. */
  wrong(key: string, must: string): never {
    const value = this.#values[key];
    const not = value === undefined ? `: ${key} is missing` : `, not ${JSON.stringify(value)}`;
    throw new MapError(`${this.where(key)}: ${key} must be ${must}${not}`);
  }

  has(key: string): boolean {
    return this.#values[key] !== undefined;
  }

  text(key: string, otherwise?: string): string {
    const value = this.#take(key) ?? otherwise;
    return typeof value === 'string' && value !== '' ? value : this.wrong(key, 'a text');
  }

  number(key: string, { min, max }: Range, otherwise?: number): number {
    const value = this.#take(key) ?? otherwise;
    const fits = typeof value === 'number' && value >= min && value <= max;
    return fits ? value : this.wrong(key, `a number from ${min} to ${max}`);
  }

  count(key: string, { min, max }: Range, otherwise?: number): number {
    const value = this.number(key, { min, max }, otherwise);
    return Number.isInteger(value) ? value : this.wrong(key, `a whole number from ${min} to ${max}`);
  }

  /** A share, from 0 to 1. */
  share(key: string, otherwise?: number): number {
    return this.number(key, { min: 0, max: 1 }, otherwise);
  }

  /** A time such as "30 s", "4 min", "-3 h", in milliseconds. */
  timeMs(key: string, { min = 0, otherwise }: { readonly min?: number; readonly otherwise?: number } = {}): number {
    const value = this.#take(key);
    if (value === undefined && otherwise !== undefined) return otherwise;
    const [, amount, unit = ''] = /^([+-]?\d+(?:\.\d+)?)\s*(ms|s|min|h|days?)$/.exec(String(value)) ?? [];
    const ms = Number(amount) * (UNITS_MS[unit] ?? Number.NaN);
    if (typeof value !== 'string' || !(ms >= min)) this.wrong(key, 'a time with its unit, as "30 s", "4 min" or "2 h"');
    return ms;
  }

  /** From one number to another: [5, 60], or one number for both. */
  range(key: string, otherwise?: Range): Range {
    const value = this.#take(key);
    if (value === undefined && otherwise) return otherwise;
    const [min, max] = Array.isArray(value) ? value : [value, value];
    const fits = typeof min === 'number' && typeof max === 'number' && min >= 0 && max >= min;
    return fits ? { min, max } : this.wrong(key, 'a number, or two as [5, 60]');
  }

  oneOf<Choice extends string>(key: string, choices: readonly Choice[], otherwise?: Choice): Choice {
    const value = this.#take(key) ?? otherwise;
    const choice = choices.find((known) => known === value);
    if (choice !== undefined) return choice;
    const [near] = typeof value === 'string' ? nearest(value, choices) : [];
    return this.wrong(key, `one of ${choices.join(', ')}${near ? ` (${near}?)` : ''}`);
  }

  /** Texts; a single one counts as a list of one. */
  texts(key: string, otherwise?: readonly string[]): readonly string[] {
    const value = this.#take(key) ?? otherwise;
    const list = typeof value === 'string' ? [value] : value;
    const fits = Array.isArray(list) && list.length > 0 && list.every((one) => typeof one === 'string');
    return fits ? list : this.wrong(key, 'a name, or a list of names');
  }

  /** A table in this one; an empty one when it is not there. */
  table(key: string): Table {
    return new Table(this.#take(key) ?? {}, this.#below(key), this.#places);
  }

  /** The tables of an array, [[key]]. */
  tables(key: string): readonly Table[] {
    const value = this.#take(key) ?? [];
    if (!Array.isArray(value)) throw new MapError(`${this.where(key)}: ${key} must be written as [[${key}]]`);
    return value.map((one, i) => new Table(one, `${this.#below(key)}[${i}]`, this.#places));
  }

  /** @throws MapError when there is a key that nobody has asked for. */
  done(): void {
    for (const key of Object.keys(this.#values)) {
      if (this.#asked.has(key)) continue;
      const [near] = nearest(key, this.#asked);
      const hint = near ? `did you mean ${near}?` : `there may be ${[...this.#asked].join(', ')}`;
      throw new MapError(`${this.where(key)}: ${key} means nothing here: ${hint}`);
    }
  }

  #take(key: string): unknown {
    this.#asked.add(key);
    return this.#values[key];
  }

  #below(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }
}
