import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalTopic } from '../../../src/core/wire/topic.ts';

describe('§3.3 topics', () => {
  // Text as typed, and the topic it names.
  for (const [text, topic] of [
    ['mesh', 'mesh'],
    ['#mesh', 'mesh'],
    ['#Mesh', 'mesh'],
    ['MESH-2.0_beta', 'mesh-2.0_beta'],
    ['2024', '2024'],
    ['Café', 'café'],
    ['Cafe\u0301', 'café'],
    ['ＭＥＳＨ', 'mesh'],
    ['²', '2'],
    ['ﬁeld', 'field'],
    ['№5', 'no5'],
    ['Straße', 'straße'],
    ['STRASSE', 'strasse'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφοσ'],
    ['σίσυφος', 'σίσυφοσ'],
    ['İstanbul', 'i\u0307stanbul'],
    ['ǅungla', 'džungla'],
    ['日本語', '日本語'],
    ['ｶﾞｽ', 'ガス'],
    ['한국', '한국'],
    ['हिन्दी', 'हिन्दी'],
    ['עברית', 'עברית'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['\u{20000}'.repeat(64), '\u{20000}'.repeat(64)],
  ] as const) {
    test(`${text} is ${topic}`, () => expect(normalTopic(text)).toBe(topic));
  }

  for (const [text, why] of [
    ['', 'empty'],
    ['#', 'empty after the #'],
    ['##mesh', 'only one # is left out'],
    ['＃mesh', 'a wide # is no #'],
    ['-mesh', 'begins with neither letter nor digit'],
    ['.mesh', 'begins with neither letter nor digit'],
    ['\u0301e', 'begins with a mark'],
    ['two words', 'a space'],
    ['tab\tbed', 'a control character'],
    ['a/b', 'a slash'],
    ['smile🙂', 'a symbol'],
    ['a\u200db', 'a joiner'],
    ['a\u202eb', 'a bidi control'],
    ['a\ud800', 'half a surrogate pair'],
    ['½', 'a fraction has a slash in it'],
    ['x'.repeat(65), 'too long'],
    ['ﷺ'.repeat(30), 'too long and with spaces when composed'],
    ['a'.repeat(100_000), 'too long to look at'],
    ['\u{10D50}', 'Garay, Unicode 16.0'],
    ['\u{1CCD6}', 'outlined A, Unicode 16.0: newer runtimes would compose it to a'],
    ['\u{2EBF0}', 'an ideograph of Unicode 15.1'],
    ['\u{E0100}', 'an ideograph of no version begins nothing'],
  ] as const) {
    test(`${JSON.stringify(text.slice(0, 12))} is refused: ${why}`, () => expect(normalTopic(text)).toBeUndefined());
  }

  test('a topic is its own topic, with and without its #', () => {
    const letters = fc.string({ unit: 'binary', maxLength: 12 });
    fc.assert(
      fc.property(letters, (text) => {
        const topic = normalTopic(text);
        if (topic === undefined) return;
        expect(normalTopic(topic)).toBe(topic);
        expect(normalTopic(`#${topic}`)).toBe(topic);
      }),
      { numRuns: 300 },
    );
  });

  test('this runtime knows no Unicode that the table of newer code points does not cover', () => {
    // On a newer one: list what is assigned there and not in 15.0, and extend NEWER_THAN_UNICODE_15.
    expect(Number(process.versions.unicode)).toBeLessThanOrEqual(17);
  });

  test('after an `a`, 140,136 code points make a topic, as another implementation on Unicode 15.0 says', () => {
    // Count and digest come from a program in Python 3.12, whose unicodedata is that of Unicode 15.0.0.
    const digest = createHash('sha256');
    let count = 0;
    for (let code = 0; code < 0x110000; code++) {
      const topic = normalTopic(`a${String.fromCodePoint(code)}`);
      if (topic === undefined) continue;
      if (normalTopic(topic) !== topic) throw new Error(`U+${code.toString(16)} gives a topic that is not its own`);
      digest.update(`${topic}\n`);
      count++;
    }
    expect(count).toBe(140_136);
    expect(digest.digest('hex')).toBe('dcfb982dcb9f808d753a246afc329421add2cc8fac5354e865974854b0a60ab1');
  });
});
