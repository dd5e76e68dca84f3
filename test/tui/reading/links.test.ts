import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wrap } from '../../../src/tui/drawing/wrap.ts';
import { findLinks, linksOf, target } from '../../../src/tui/reading/links.ts';

const urls = (text: string): string[] => findLinks(text).map(({ url }) => url);

describe('links of a text', () => {
  test('are of four schemes only', () => {
    expect(urls('http://a.example https://b.example mailto:ann@c.example qpc:abc?v=1')).toEqual([
      'http://a.example',
      'https://b.example',
      'mailto:ann@c.example',
      'qpc:abc?v=1',
    ]);
    for (const other of [
      'javascript:alert(1)',
      'file:///etc/passwd',
      'data:text/html,x',
      'ssh://x',
      'xhttp://a.example',
    ])
      expect(urls(`see ${other} there`)).toEqual([]);
  });

  test('end before what ends the sentence', () => {
    for (const [text, url] of [
      ['see https://a.example/x.', 'https://a.example/x'],
      ['(https://a.example/x)', 'https://a.example/x'],
      ['https://a.example/x_(y)!', 'https://a.example/x_(y)'],
      ['“https://a.example/x”, yes', 'https://a.example/x”'],
      ['<https://a.example/x>', 'https://a.example/x'],
      ['https://a.example/?a=1&b=2#c; and', 'https://a.example/?a=1&b=2#c'],
    ] as const)
      expect(urls(text)[0]?.replace('”', '')).toBe(url.replace('”', ''));
  });

  test('are not a scheme alone, and none is longer than terminals take', () => {
    expect(urls('http:// mailto: qpc:')).toEqual([]);
    expect(urls(`https://a.example/${'x'.repeat(3_000)}`)).toEqual([]);
  });

  test('cost no more than their length, whatever they end with', () => {
    const begun = performance.now();
    for (const end of [')', '.', '?!)', '_'])
      for (const after of ['', 'a']) urls(`http://x${end.repeat(60_000 / end.length)}${after}`);
    expect(urls(`http://x${')'.repeat(60_000)}`)).toEqual(['http://x']);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  test('come together again from the rows they were wrapped into', () => {
    const word = fc.stringMatching(/^[a-z今é]{1,12}$/);
    const link = fc.stringMatching(/^[a-z0-9/]{1,60}$/).map((path) => `https://a.example/${path}`);
    fc.assert(
      fc.property(
        fc.array(fc.oneof(word, link), { maxLength: 12 }),
        fc.integer({ min: 4, max: 60 }),
        (words, cells) => {
          const text = words.join(' ');
          const rows = wrap(text, cells);
          const parts = linksOf(text, rows, 'f'.repeat(64));
          const whole = new Map<string, string>();
          for (const [row, links] of parts.entries())
            for (const { id, from, to } of links) whole.set(id, (whole.get(id) ?? '') + rows[row]!.slice(from, to));
          expect([...whole.values()]).toEqual(urls(text));
        },
      ),
    );
  });
});

describe('what is opened', () => {
  test('is printable ASCII, and its host as it will be looked up', () => {
    expect(target('https://аpple.example/ä')).toEqual({
      url: 'https://xn--pple-43d.example/%C3%A4',
      host: 'xn--pple-43d.example',
    });
    expect(target('https://bank.example@evil.example/')?.host).toBe('evil.example');
    expect(target('mailto:ann@c.example')?.host).toBe('c.example');
    expect(target('http://[')).toBeUndefined();
  });
});
