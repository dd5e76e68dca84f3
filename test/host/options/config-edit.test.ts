import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { withValue } from '../../../src/host/options/config-edit.ts';

describe('a configuration file in which one value is another', () => {
  test('the comment behind it, its indent and the blanks round = stay', () => {
    const text = '# mine\n\n  theme   =\t"dark"   # at night\nname = "ann"\n';
    expect(withValue(text, 'theme', '"light"')).toBe('# mine\n\n  theme   =\t"light"   # at night\nname = "ann"\n');
  });

  test('what only looks like it is not taken: in a string of several lines, in a comment, in a table', () => {
    const text = 'note = """\ntheme = "a"\n"""\n# theme = "b"\n[keys]\ntheme = "c"\n';
    expect(withValue(text, 'theme', '"d"')).toBe(
      'note = """\ntheme = "a"\n"""\ntheme = "d"\n# theme = "b"\n[keys]\ntheme = "c"\n',
    );
  });

  test('a new key stands below the others and above the tables, and above what is said of the first table', () => {
    expect(withValue('name = "ann" # me\n\n# mine\n[keys]\n', 'time', '"iso"')).toBe(
      'name = "ann" # me\ntime = "iso"\n\n# mine\n[keys]\n',
    );
    expect(withValue('# all about qpc\n\n# mine\n[keys]\na = 1\n', 'time', '"iso"')).toBe(
      '# all about qpc\n\ntime = "iso"\n\n# mine\n[keys]\na = 1\n',
    );
  });

  test.each([
    ['', 'time = "iso"\n'],
    ['# nothing yet', '# nothing yet\ntime = "iso"\n'],
    ['name = "a"', 'name = "a"\ntime = "iso"\n'],
    ['name = "a"\r\n', 'name = "a"\r\ntime = "iso"\r\n'],
    ['\ufeff', '\ufefftime = "iso"\n'],
    ['[keys]\n', 'time = "iso"\n\n[keys]\n'],
    ['"time" = \'HH:mm\'', '"time" = "iso"'],
    ['time = """\nHH:mm""" # so', 'time = "iso" # so'],
    ['time = [ "a", # ]\n "b" ]\nx = 1', 'time = "iso"\nx = 1'],
    ['time = { a = "}", b = [1] }', 'time = "iso"'],
    ["'a=b' = 1\ntime = 07:32:00 # x", '\'a=b\' = 1\ntime = "iso" # x'],
    ['a.time = 1\ntime=true', 'a.time = 1\ntime="iso"'],
  ])('%j', (text, edited) => {
    expect(withValue(text, 'time', '"iso"')).toBe(edited);
  });

  test('whatever the file is: the key has the value, all else has its own, and every other line is as it was', () => {
    const blank = fc.constantFrom('', ' ', '  ', '\t');
    const words = fc.string({ unit: fc.constantFrom(...'ab= #[]{}"\'\\,.'), maxLength: 12 });
    const basic = words.map((text) => JSON.stringify(text));
    const literal = words.filter((text) => !text.includes("'")).map((text) => `'${text}'`);
    const long = words.filter((text) => !/["\\]/.test(text)).map((text) => `"""\n${text}\ntime = 1\n"""`);
    const plain = fc.constantFrom('1', 'true', '1979-05-27T07:32:00Z', '-0.5', 'inf');
    const scalar = fc.oneof(basic, literal, plain);
    const array = fc.array(scalar, { maxLength: 3 }).map((all) => `[ ${all.join(', # ]"\n  ')} ]`);
    const table = scalar.map((one) => `{ time = ${one} }`);
    const value = fc.oneof(scalar, long, array, table);
    const comment = fc.oneof(
      fc.constant(''),
      words.map((text) => `# ${text}`),
    );
    const line = fc.tuple(blank, blank, blank, value, comment);
    const wrote = (key: string, [indent, before, after, value, comment]: [string, string, string, string, string]) =>
      `${indent}${key}${before}=${after}${value} ${comment}`;
    const file = fc
      .tuple(
        fc.subarray(['a', '"b c"', 'time', "'d'", 'e.time']),
        fc.array(line, { minLength: 5, maxLength: 5 }),
        fc.array(comment),
        fc.boolean(),
      )
      .map(([keys, lines, comments, more]) => {
        const pieces = keys.flatMap((key, at) => [...comments.slice(at, at + 1), wrote(key, lines[at]!)]);
        return [...pieces, ...(more ? ['# keys', '[keys]', 'time = "x"'] : [])];
      });
    fc.assert(
      fc.property(file, fc.constantFrom('"iso"', '5', 'false'), (pieces, literal) => {
        const text = pieces.join('\n');
        const edited = withValue(text, 'time', literal);
        expect(parse(edited)).toEqual({ ...parse(text), time: JSON.parse(literal) });
        const others = pieces.filter((piece) => !/^[ \t]*time[ \t]*=(?! "x")/.test(piece));
        let at = 0;
        for (const piece of others) {
          at = `\n${edited}\n`.indexOf(`\n${piece}\n`, at);
          expect(at, piece).toBeGreaterThanOrEqual(0);
          at += piece.length + 1;
        }
      }),
    );
  });
});
