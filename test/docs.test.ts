import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FAULTS } from '../src/core/base/fault.ts';

/*
 * What the documents promise is held by tests, and they say by which: `[test: file › name]`, the file below test/ without its
 * ending, the name as it stands in the file. A test that is renamed or removed takes its promise with it, unless this fails.
 */

const TEST = import.meta.dirname;

const read = (path: string): string => readFileSync(join(TEST, '..', path), 'utf8');

/** What a document says of a test. */
type Reference = { readonly file: string; readonly name: string };

/** The references of a text; one may run over the end of a line. */
const referencesIn = (text: string): readonly Reference[] =>
  [...text.matchAll(/\[test: ([^\]]*)\]/g)].map(([, inside = '']) => {
    const [file = '', name = ''] = inside.replace(/\s+/g, ' ').split(' › ');
    return { file, name };
  });

/** The titles of a file's tests, as patterns with a group for each part that is put in when it runs. */
function titlesIn(text: string): readonly RegExp[] {
  const title = /\btest(?:\.\w+(?:\([^()]*\)|\(.*?\))?)*\(\s*(?:'((?:\\.|[^'\\])*)'|`((?:\\.|[^`\\])*)`|\w+,)/g;
  return [...text.matchAll(title)].map(([, plain, template]) => {
    // A title that is a variable is all gap.
    const parts = (plain === undefined ? template?.split(/\$\{[^}]*\}/) : plain.split('%s')) ?? ['', ''];
    return new RegExp(`^${parts.map((part) => literally(part.replace(/\\(.)/g, '$1'))).join('(.+)')}$`);
  });
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** A file, and those beside it from which it has the rows of its tables. */
const withTables = (path: string): string => {
  const text = readFileSync(path, 'utf8');
  const tables = [...text.matchAll(/from '(\.\/[^']+)'/g)].map(([, beside = '']) => join(path, '..', beside));
  return [text, ...tables.map((one) => readFileSync(one, 'utf8'))].join('\n');
};

/** Why a reference leads nowhere; none when it leads to a test. What it says in place of `${…}` or `%s` is `…`, or stands in the file or its tables. */
function faultsOf({ file, name }: Reference): readonly string[] {
  const path = ['.test.ts', '.test.tsx', '.ts'].map((ending) => join(TEST, file + ending)).find(existsSync);
  if (path === undefined) return [`no test file: ${file}`];
  const text = readFileSync(path, 'utf8');
  const words = withTables(path);
  const isThere = titlesIn(text).some((title) => {
    const match = title.exec(name);
    return match?.slice(1).every((put) => put === '…' || (words.includes(put) && !text.includes(`describe('${put}`)));
  });
  return isThere ? [] : [`no test in ${file}: ${name}`];
}

/** A document cut before each heading, each requirement (a number at the left edge) and each new paragraph at the left edge. */
const partsOf = (text: string): readonly string[] => text.split(/^(?=#|\d+\. )|\n\n(?=\S)/m);

const isRequirement = (part: string): boolean => /^\d+\. /.test(part);

const saysMust = (part: string): boolean => /\bMUST\b/.test(part);

describe('docs/protocol.md', () => {
  const text = read('docs/protocol.md');
  const [, ...sections] = text.split(/^(?=## )/m);
  const parts = partsOf(sections.join(''));

  test('every test that it names is there', () => {
    expect(referencesIn(text).length).toBeGreaterThan(100);
    expect(referencesIn(text).flatMap(faultsOf)).toEqual([]);
  });

  test('every requirement that says MUST names a test', () => {
    const bare = parts.filter((part) => isRequirement(part) && saysMust(part) && referencesIn(part).length === 0);
    expect(bare).toEqual([]);
  });

  test('what says MUST has a number', () => {
    expect(parts.filter((part) => saysMust(part) && !isRequirement(part))).toEqual([]);
  });

  test('numbers run on within a section', () => {
    const wrong = text.split(/^(?=##)/m).flatMap((section) => {
      const numbers = partsOf(section)
        .filter(isRequirement)
        .map((part) => Number.parseInt(part, 10));
      return numbers.every((number, i) => number === i + 1) ? [] : [`${section.split('\n', 1)[0]}: ${numbers}`];
    });
    expect(wrong).toEqual([]);
  });
});

describe('the code', () => {
  const files = ['src', 'test', 'bench', 'scripts'].flatMap((folder) =>
    readdirSync(join(TEST, '..', folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(tsx?|mjs)$/.test(path))
      .map((path) => `${folder}/${path}`),
  );
  const pointers = files.flatMap((path) =>
    [...read(path).matchAll(/docs\/[\w/-]+\.md(?: §[\d.]*\d)?/g)].map(([pointer]) => ({ path, pointer })),
  );

  test('points to pages that are there, and to sections of the protocol that are there', () => {
    const protocol = read('docs/protocol.md');
    expect(pointers.length).toBeGreaterThan(100);
    const wrong = pointers.filter(({ pointer }) => {
      const [page = '', section] = pointer.split(' §');
      if (!existsSync(join(TEST, '..', page))) return true;
      return section !== undefined && !new RegExp(`^##+ ${literally(section)}[. ]`, 'm').test(protocol);
    });
    expect(wrong).toEqual([]);
  });
});

describe('docs/style.md', () => {
  const excerpts = [...read('docs/style.md').matchAll(/^`([^`\n]+)`\n\n```ts\n([\s\S]*?)\n```/gm)];

  test('quotes files as they are', () => {
    expect(excerpts.length).toBeGreaterThan(10);
    const wrong = excerpts.flatMap(([, path = '', excerpt = '']) =>
      excerpt.split('\n…\n').filter((piece) => !read(path).includes(piece)),
    );
    expect(wrong).toEqual([]);
  });
});

describe('docs/threat-model.md', () => {
  const text = read('docs/threat-model.md');

  test('every test that it names is there', () => {
    expect(referencesIn(text).length).toBeGreaterThan(30);
    expect(referencesIn(text).flatMap(faultsOf)).toEqual([]);
  });

  test('everything that somebody cannot do names a test', () => {
    const lists = text.split(/^(?=#|It can|It cannot)/m).filter((part) => part.startsWith('It cannot'));
    const items = lists.flatMap((list) => list.split(/^- /m).slice(1));
    expect(items.length).toBeGreaterThan(25);
    expect(items.filter((item) => referencesIn(item).length === 0)).toEqual([]);
  });
});

describe('docs/troubles.md', () => {
  test('explains every code that doctor and why may name, in the order in which they name them, and no other', () => {
    const explained = [...read('docs/troubles.md').matchAll(/^### `(\w+)`\n\n\S/gm)].map(([, code]) => code);
    expect(explained).toEqual(Object.keys(FAULTS));
  });
});

describe('docs/bad-inputs.md', () => {
  const text = read('docs/bad-inputs.md');
  const cases = partsOf(text).filter(isRequirement);

  test('every test that it names is there', () => {
    expect(referencesIn(text).length).toBeGreaterThan(150);
    expect(referencesIn(text).flatMap(faultsOf)).toEqual([]);
  });

  test('every case names a test, or says why there is none', () => {
    expect(cases.filter((one) => referencesIn(one).length === 0 && !one.includes('not applicable'))).toEqual([]);
  });

  test('numbers run on over the page, and no case is left out', () => {
    expect(cases.map((one) => Number.parseInt(one, 10))).toEqual(Array.from({ length: 63 }, (_, i) => i + 1));
  });
});
