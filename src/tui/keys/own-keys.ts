import type { KeyLine } from '../../api/preferences.ts';
import { nearest } from '../../core/base/nearest.ts';
import { ACTIONS, keyLabel, type OwnKey } from './key-map.ts';

/**
 * The keys of a person, from the lines of `[keys]`; or the sentence that says which line binds nothing, why, and what would. `"none"` takes a
 * key's action away.
 */
export function ownKeys(lines: readonly KeyLine[]): { readonly keys: readonly OwnKey[] } | { readonly error: string } {
  const keys: OwnKey[] = [];
  const boundAt = new Map<string, string>();
  for (const { key: written, action: name, where } of lines) {
    const read = readKey(written);
    if ('why' in read) return { error: `${where}: "${written}" cannot be bound: ${read.why}` };
    const { key } = read;
    const before = boundAt.get(key);
    if (before !== undefined) return { error: `${where}: "${written}" is bound twice, the first time at ${before}` };
    boundAt.set(key, where);
    const action = ACTIONS.get(name);
    if (!action && name !== 'none') return { error: `${where}: there is no action "${name}"${offer(name)}` };
    keys.push({ key, action });
  }
  return { keys };
}

/** A key by the name that the screen knows it by, or why it can never be pressed, or not be taken. */
function readKey(written: string): { readonly key: string } | { readonly why: string } {
  const parts = written
    .toLowerCase()
    .trim()
    .split(/\+(?!$)/);
  const typed = parts.pop() ?? '';
  const base = SYNONYMS[typed] ?? typed;
  const strange = parts.find((part) => !MODIFIERS.includes(part));
  if (strange !== undefined) return { why: `"${strange}" is none of ctrl, alt and shift` };
  const [ctrl, alt, shift] = MODIFIERS.map((modifier) => parts.includes(modifier));
  if (/^f\d+$/.test(base)) return { why: 'terminals do not agree on what an F-key sends · take alt and a letter' };
  const named = NAMED.has(base);
  if (!named && [...base].length !== 1) return { why: `"${base}" is no key · such as "alt+a", "ctrl+g", "alt+pageup"` };
  const key = `${ctrl ? 'ctrl+' : ''}${alt ? 'alt+' : ''}${shift && (named || alt) ? 'shift+' : ''}${base}`;
  const why = KEPT[key] ?? (named ? undefined : unsendable(base, { ctrl, alt, shift }));
  return why === undefined ? { key } : { why };
}

/** Why no terminal sends a character with these modifiers, or sends something else for it. */
function unsendable(
  base: string,
  {
    ctrl,
    alt,
    shift,
  }: { readonly ctrl?: boolean | undefined; readonly alt?: boolean | undefined; readonly shift?: boolean | undefined },
): string | undefined {
  if (!ctrl && !alt) return 'it types itself · put alt+ or ctrl+ before it';
  if (!ctrl) return undefined;
  const same = SAME_BYTE[base];
  if (same !== undefined) return `ctrl+${base} is the same as ${same} to a terminal`;
  if (base === 's' || base === 'q' || base === '\\') return `many terminals keep ctrl+${base} for themselves`;
  if (shift) return 'terminals send the same without shift';
  if (!/^[a-z_\]^]$/.test(base)) return `terminals do not send ctrl+${base} · take alt+${base}`;
  return undefined;
}

function offer(name: string): string {
  const near = nearest(name, [...ACTIONS.keys(), 'none']).slice(0, 2);
  return near.length === 0 ? ' · docs/commands.md lists them' : ` · did you mean "${near.join('", or "')}"?`;
}

const MODIFIERS: readonly string[] = ['ctrl', 'alt', 'shift'];

const SYNONYMS: Readonly<Record<string, string>> = {
  esc: 'escape',
  return: 'enter',
  del: 'delete',
  pgup: 'pageup',
  pgdn: 'pagedown',
  pgdown: 'pagedown',
};

const NAMED: ReadonlySet<string> = new Set([
  ...[
    'enter',
    'escape',
    'tab',
    'backspace',
    'delete',
    'up',
    'down',
    'left',
    'right',
    'pageup',
    'pagedown',
    'home',
    'end',
  ],
]);

/** Keys that must go on doing what they do, or nobody finds the way out. */
const KEPT: Readonly<Record<string, string>> = {
  enter: `${keyLabel('enter')} sends · that cannot be taken from it`,
  escape: `${keyLabel('escape')} goes back · that cannot be taken from it`,
  'ctrl+c': `${keyLabel('ctrl+c')} clears and quits · that cannot be taken from it`,
};

/** Ctrl takes the upper bits from a letter's byte (ECMA-48 §5.2), and what is left is a key of its own. */
const SAME_BYTE: Readonly<Record<string, string>> = { i: 'Tab', m: 'Enter', h: 'Backspace', '[': 'Esc' };
