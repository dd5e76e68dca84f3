import type { CompletionItem } from './complete.ts';

/**
 * Emoji whose name begins with `typed`, for `:na…`: those in everyday use before others, then those that are named so in part, or tagged so. The
 * names are GitHub's (package gemoji), read when the first is asked for. Nothing for fewer than two letters: `:)` and `:p` are no names.
 */
export async function emojiCalled(typed: string): Promise<readonly CompletionItem[]> {
  const wanted = typed.toLowerCase().replace(/:$/, '');
  if (!/^[a-z0-9_+-]{2,}$/.test(wanted)) return [];
  table ??= load();
  const found = (await table).flatMap((entry) => matched(entry, wanted) ?? []);
  const best = found.toSorted((a, b) => a.rank - b.rank || a.name.length - b.name.length).slice(0, OFFERED_MAX);
  return best.map(({ emoji, name, tags }) => ({ text: emoji, name: `:${name}:`, about: tags.join(' ') }));
}

type Emoji = { readonly emoji: string; readonly names: readonly string[]; readonly tags: readonly string[] };
type Found = Emoji & { readonly name: string; readonly rank: number };

let table: Promise<readonly Emoji[]> | undefined;

/** Flags of regions are spelt with characters that no text of ours may contain (tags, U+E0061 …), so they are left out. */
async function load(): Promise<readonly Emoji[]> {
  const { gemoji } = await import('gemoji');
  return gemoji.filter(({ emoji }) => !/[\u{e0000}-\u{e007f}]/u.test(emoji));
}

/** By which name it is meant, and how likely; `undefined` when it is not. */
function matched(entry: Emoji, wanted: string): Found | undefined {
  const { emoji, names, tags } = entry;
  const [first = ''] = names;
  const everyday = EVERYDAY.indexOf(emoji);
  const known = everyday < 0 ? 1 : everyday / EVERYDAY.length;
  const begun = names.find((name) => name === wanted) ?? names.find((name) => name.startsWith(wanted));
  if (begun !== undefined) return { ...entry, name: begun, rank: begun === wanted ? 0 : 1 + known };
  const part = names.find((name) => name.includes(`_${wanted}`));
  const tagged = part !== undefined || tags.some((tag) => tag.startsWith(wanted));
  return tagged ? { ...entry, name: part ?? first, rank: 3 + known } : undefined;
}

/** What people use most, roughly in that order. */
const EVERYDAY =
  '👍 ❤️ 😂 🎉 🙏 👀 🔥 ✅ 😄 🙂 😊 😉 😅 🤔 😢 😭 😍 😎 👋 👏 💯 🚀 ✨ 🤷 🙈 😁 😬 😱 😴 🤞 💪 👎 ❌ ⚠️ 💡 ☕ 🍕 🍺 🎂 🐛 🔒 📍 🏠 ☀️ 🌧️ ⏰'.split(
    ' ',
  );

const OFFERED_MAX = 100;
