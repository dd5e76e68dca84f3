/** Longest topic, in code points (docs/protocol.md §3.3). */
const CODE_POINTS_MAX = 64;

/** More than any text needs whose normal form has 64 code points: what is longer is refused before any work on it. */
const UNITS_MAX = 1024;

const NORMAL = /^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}_.-]*$/u;

/**
 * Code points that Unicode assigned after 15.0, as far as 17.0. A runtime that knows them would fold and admit what an older
 * one refuses, and two nodes would derive two channels from one word. Each range runs from the first to the last new code
 * point of a stretch that 15.0 leaves unassigned; `test/core/wire/topic.test.ts` fails on a runtime that knows more.
 */
const NEWER_THAN_UNICODE_15 = new RegExp(
  `[${[
    '\\u{88f}\\u{897}\\u{c5c}\\u{cdc}\\u{1acf}-\\u{1aeb}\\u{1b4e}\\u{1b4f}\\u{1b7f}\\u{1c89}\\u{1c8a}\\u{20c1}',
    '\\u{2427}-\\u{2429}\\u{2b96}\\u{2ffc}-\\u{2fff}\\u{31e4}-\\u{31ef}\\u{a7cb}-\\u{a7cf}\\u{a7d2}\\u{a7d4}',
    '\\u{a7da}-\\u{a7f1}\\u{fbc3}-\\u{fbd2}\\u{fd90}\\u{fd91}\\u{fdc8}-\\u{fdce}\\u{105c0}-\\u{105f3}',
    '\\u{10940}-\\u{10959}\\u{10d40}-\\u{10d8f}\\u{10ec2}-\\u{10efc}\\u{11380}-\\u{113e2}\\u{116d0}-\\u{116e3}',
    '\\u{11b60}-\\u{11bf9}\\u{11db0}-\\u{11de9}\\u{11f5a}\\u{13460}-\\u{143fa}\\u{16100}-\\u{16139}',
    '\\u{16d40}-\\u{16d79}\\u{16ea0}-\\u{16ed3}\\u{16ff2}-\\u{16ff6}\\u{187f8}-\\u{187ff}\\u{18cff}',
    '\\u{18d09}-\\u{18df2}\\u{1cc00}-\\u{1cef0}\\u{1e5d0}-\\u{1e6ff}\\u{1f6d8}\\u{1f777}-\\u{1f77a}',
    '\\u{1f8b2}-\\u{1f8d8}\\u{1fa54}-\\u{1fa57}\\u{1fa89}-\\u{1fa8f}\\u{1fabe}\\u{1fac6}-\\u{1facd}',
    '\\u{1fadc}-\\u{1fadf}\\u{1fae9}-\\u{1faef}\\u{1fbcb}-\\u{1fbef}\\u{1fbfa}\\u{2b73a}-\\u{2b73f}',
    '\\u{2cea2}-\\u{2cead}\\u{2ebf0}-\\u{2ee5d}\\u{323b0}-\\u{33479}',
  ].join('')}]`,
  'u',
);

/**
 * The one spelling of a topic, from which an open channel's key is made: without a leading `#`, compatibility-composed, in
 * lower case (docs/protocol.md §3.3). `undefined` when it is no topic: 1 to 64 letters, marks, digits, `-`, `_` and `.`,
 * beginning with a letter or a digit.
 */
export function normalTopic(text: string): string | undefined {
  if (text.length > UNITS_MAX || NEWER_THAN_UNICODE_15.test(text)) return undefined;
  const composed = text.replace(/^#/, '').normalize('NFKC');
  // Lower case writes a last sigma as ς and any other as σ; a topic must not depend on where a word ends.
  const topic = composed.toLowerCase().normalize('NFKC').replaceAll('ς', 'σ');
  return NORMAL.test(topic) && [...topic].length <= CODE_POINTS_MAX ? topic : undefined;
}
