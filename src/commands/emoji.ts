import type { CompletionItem } from './complete.ts';

/**
 * Emoji whose name begins with `typed`, for `:na…`; those that are named or tagged so come behind. The names are GitHub's
 * (package gemoji), read when the first is asked for. Nothing for fewer than two letters: `:)` and `:p` are no names.
 */
export async function emojiCalled(typed: string): Promise<readonly CompletionItem[]> {
  const wanted = typed.toLowerCase().replace(/:$/, '');
  if (!/^[a-z0-9_+-]{2,}$/.test(wanted)) return [];
  table ??= load();
  const found = (await table).flatMap((entry) => {
    const rank = rankOf(entry, wanted);
    return rank < FAR ? [{ entry, rank }] : [];
  });
  const best = found.toSorted((a, b) => a.rank - b.rank).slice(0, OFFERED_MAX);
  return best.map(({ entry }) => ({ text: entry.emoji, about: `:${entry.names[0]}: ${entry.words.join(' ')}` }));
}

type Emoji = { readonly emoji: string; readonly names: readonly string[]; readonly words: readonly string[] };

let table: Promise<readonly Emoji[]> | undefined;

/** Flags of regions are spelt with characters that no text of ours may contain (tags, U+E0061 …), so they are left out. */
async function load(): Promise<readonly Emoji[]> {
  const { gemoji } = await import('gemoji');
  const plain = gemoji.filter(({ emoji }) => !/[\u{e0000}-\u{e007f}]/u.test(emoji));
  return plain.map(({ emoji, names, tags }) => ({ emoji, names, words: tags }));
}

/** 0 for the name itself, more for names that go on, for parts of names, and for tags. */
function rankOf({ names, words }: Emoji, wanted: string): number {
  const ranks = names.map((name) => {
    if (name === wanted) return 0;
    if (name.startsWith(wanted)) return 1 + name.length / 100;
    return name.includes(`_${wanted}`) ? 3 + name.length / 100 : FAR;
  });
  return Math.min(...ranks, words.some((word) => word.startsWith(wanted)) ? 2 : FAR);
}

const FAR = 9;
const OFFERED_MAX = 100;
