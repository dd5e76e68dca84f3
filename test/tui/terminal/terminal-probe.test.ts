import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { cut, padEnd, width } from '../../../src/tui/drawing/cells.ts';
import { wrap } from '../../../src/tui/drawing/wrap.ts';
import { CLUSTERS, type Cluster, drawFor, drawn, type Glyphs, USUAL_GLYPHS } from '../../../src/tui/terminal/glyphs.ts';
import { type Probed, probe } from '../../../src/tui/terminal/terminal-probe.ts';
import type { TerminalReports } from '../../../src/tui/terminal/tty-input.ts';

/** A terminal that answers each question about the caret with the width it gives to the sample before it. */
async function probed(
  widths: Readonly<Record<string, number>>,
  { utf8 = true, marks = true, mute = false } = {},
): Promise<Probed & { readonly asked: string }> {
  const reports = new EventEmitter<TerminalReports>();
  let asked = '';
  const write = (text: string): void => {
    asked += text;
    if (mute) return;
    setImmediate(() => {
      if (marks) reports.emit('mode', 2004, true);
      for (const [, sample] of text.matchAll(/\r\x1b\[K([^\x1b]+)\x1b\[6n/g)) {
        reports.emit('caret', 1, 1 + (widths[sample!] ?? (sample === 'ñ' ? 1 : 2)));
      }
    });
  };
  return { ...(await probe({ input: { reports }, write, utf8, waitMs: mute ? 20 : 2_000 })), asked };
}

describe('asking the terminal', () => {
  test('one that counts as we do needs nothing simplified, and nothing of the question stays on its screen', async () => {
    const { glyphs, marksPastes, asked } = await probed({});
    expect(glyphs).toEqual({ simplified: new Set(), wideAmbiguous: false, asciiOnly: false });
    expect(marksPastes).toBe(true);
    expect(asked).toMatch(/\r\x1b\[K$/);
  });

  test('tmux 3.3a and GNU screen 4.9 draw some sequences otherwise; those are simplified', async () => {
    const tmux = await probed({ '1️⃣': 1, '👍🏽': 4, '❤️': 1 }, { marks: false });
    expect([...tmux.glyphs.simplified]).toEqual(['keycap', 'toned', 'dressed']);
    expect(tmux.marksPastes).toBe(false);
    const screen = await probed({ '👩‍👩‍👧‍👦': 8, '1️⃣': 1, '👍🏽': 4, '❤️': 1 });
    expect([...screen.glyphs.simplified]).toEqual(['joined', 'keycap', 'toned', 'dressed']);
  });

  test('one that draws no pictures at two cells gets none at all', async () => {
    expect((await probed({ '👍': 1 })).glyphs.simplified.size).toBe(Object.keys(CLUSTERS).length);
  });

  test('one that gives lines two cells is told from one that does not', async () => {
    expect((await probed({ '─●': 4 })).glyphs.wideAmbiguous).toBe(true);
  });

  test('one that takes two bytes for two letters gets ASCII', async () => {
    expect((await probed({ ñ: 2 })).glyphs.asciiOnly).toBe(true);
  });

  test('where the locale is none of UTF-8, only what cannot harm is sent, and an answer decides', async () => {
    const { glyphs, asked } = await probed({}, { utf8: false });
    expect(asked.match(/[^\x00-\x7f]/g)).toEqual(['ñ']);
    expect(glyphs.asciiOnly).toBe(false);
    expect((await probed({}, { utf8: false, mute: true })).glyphs.asciiOnly).toBe(true);
  });

  test('one that never answers is a usual one, after a moment', async () => {
    const { glyphs, marksPastes } = await probed({}, { mute: true });
    expect(glyphs).toEqual(USUAL_GLYPHS);
    expect(marksPastes).toBe(false);
  });
});

describe('drawing for it', () => {
  afterEach(() => drawFor(USUAL_GLYPHS));
  const on = (glyphs: Partial<Glyphs>): void => drawFor({ ...USUAL_GLYPHS, ...glyphs });
  const all = new Set(Object.keys(CLUSTERS) as Cluster[]);

  for (const [kind, from, to] of [
    ['joined', 'a 👩‍👩‍👧‍👦 b 🏳️‍🌈 👩🏽‍💻', 'a 👩 b 🏳️ 👩🏽'],
    ['keycap', '1️⃣ #️⃣ 1', '1 # 1'],
    ['toned', '👍🏽👍', '👍👍'],
    ['flag', 'in 🇩🇪!', 'in DE!'],
    ['dressed', 'I ❤️ it', 'I ❤ it'],
    ['picture', '👍 ok', '▯ ok'],
  ] as const) {
    test(`${kind}: ${from} is ${to}`, () => {
      on({ simplified: new Set([kind]) });
      expect(drawn(from)).toBe(to);
      expect(width(from)).toBe(width(to));
    });
  }

  test('in ASCII only ASCII goes out, letters without their accents', () => {
    on({ simplified: all, asciiOnly: true });
    expect(drawn('Zoë: “naïve” 你 👍🏽 …')).toBe('Zoe: "naive" ? ? ~');
    expect(drawn('\x1b[1mé\x1b[22m')).toBe('\x1b[1me\x1b[22m');
  });

  test('nothing is drawn wider than it was counted, and drawing twice changes nothing', () => {
    const pieces = fc.constantFrom(
      '👩‍👩‍👧‍👦',
      '1️⃣',
      '👍🏽',
      '🇩🇪',
      '❤️',
      '👍',
      'Ω',
      '…',
      '─',
      '你',
      'a',
      ' ',
      '\x1b[1m',
      '\x1b[22m',
      'é',
    );
    const anything = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(''));
    // Without pictures there is nothing to put together: the probe then simplifies all.
    const kinds = fc.subarray([...all]).map((some) => (some.includes('picture') ? all : new Set(some)));
    fc.assert(
      fc.property(anything, kinds, fc.boolean(), fc.boolean(), fc.nat(40), (text, simplified, wide, ascii, cells) => {
        on({ simplified: ascii ? all : simplified, wideAmbiguous: wide, asciiOnly: ascii });
        expect(drawn(drawn(text))).toBe(drawn(text));
        expect(width(drawn(cut(text, cells)))).toBeLessThanOrEqual(cells);
        expect(width(drawn(padEnd(text, cells)))).toBe(cells);
        for (const line of wrap(text.replaceAll('\x1b[1m', '').replaceAll('\x1b[22m', ''), Math.max(2, cells))) {
          expect(width(drawn(line))).toBeLessThanOrEqual(Math.max(2, cells));
        }
      }),
    );
  });

  test('a tone of skin on what has no skin is a frame, on any terminal', () => {
    expect(drawn('a🏽 \ufffd🏿🏿 👍🏽 🏽')).toBe('a▯ \ufffd▯▯ 👍🏽 ▯');
    expect(width('a🏽🏽')).toBe(3);
  });

  test('what is ambiguous counts two where the terminal gives it two', () => {
    expect(width('Ωμέγα…')).toBe(6);
    on({ wideAmbiguous: true });
    expect(width('Ω…')).toBe(4);
    expect(cut('\x1b[1mΩΩΩΩ\x1b[22m', 5, '~')).toBe('\x1b[1mΩΩ\x1b[22m~');
  });
});
