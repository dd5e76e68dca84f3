/** A sign to react with: how it looks, what it is called, and how it is written where there are no emoji. */
export type UsualSign = { readonly sign: string; readonly name: string; readonly ascii: string };

/** The signs that are offered first. */
export const USUAL_SIGNS: readonly UsualSign[] = [
  { sign: '👍', name: 'yes', ascii: '+1' },
  { sign: '❤', name: 'love', ascii: '<3' },
  { sign: '😂', name: 'laugh', ascii: ':D' },
  { sign: '🎉', name: 'hooray', ascii: '\\o/' },
  { sign: '😮', name: 'wow', ascii: ':o' },
  { sign: '😢', name: 'sad', ascii: ':(' },
];

/** A sign for terminals without emoji; one that has no other form stays. */
export const inAscii = (sign: string): string =>
  USUAL_SIGNS.find((usual) => usual.sign === sign.replace('\ufe0f', ''))?.ascii ?? sign;
