import { describe, expect, test } from 'vitest';
import {
  ACTIONS,
  actionName,
  actionOf,
  helpRows,
  keyFor,
  keyLabel,
  keyMap,
  USUAL_KEYS,
} from '../../../src/tui/keys/key-map.ts';
import { BINDINGS } from '../../../src/tui/keys/keys.ts';
import { ownKeys } from '../../../src/tui/keys/own-keys.ts';
import { prompt } from '../../../src/tui/views/prompt.ts';
import { statusBar } from '../../../src/tui/views/status-bar.ts';
import { annsScreen, MONO } from '../story.ts';

const line = (key: string, action: string, at = 1) => ({ key, action, where: `config.toml:${at}` });
const bound = (...lines: readonly (readonly [key: string, action: string])[]) => {
  const read = ownKeys(lines.map(([key, action], at) => line(key, action, at + 1)));
  if ('error' in read) throw new Error(read.error);
  return keyMap('default', read.keys);
};
const refusal = (key: string, action = 'peers') => {
  const read = ownKeys([line(key, action)]);
  return 'error' in read ? read.error : undefined;
};

describe('actions have names', () => {
  test('no two the same, and each leads back to its action', () => {
    const names = BINDINGS.map(({ action }) => actionName(action));
    expect(new Set(names).size).toBe(names.length);
    for (const { action } of BINDINGS) expect(ACTIONS.get(actionName(action))).toEqual(action);
    expect(names).toEqual(expect.arrayContaining(['next-news', 'chat-10', 'page-up', 'peers', 'word-left', 'submit']));
  });

  test('no key has two actions', () => {
    const keys = BINDINGS.flatMap(({ keys }) => keys);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });
});

describe('keys of a person', () => {
  test('are what the screen names, where it says which key does something', async () => {
    const keys = bound(['alt+g', 'reconnect'], ['alt+p', 'none']);
    expect(keyFor(USUAL_KEYS, 'reconnect')).toBe('Alt+R');
    expect(keyFor(keys, 'reconnect')).toBe('Alt+G');
    expect(keyFor(keys, 'peers')).toBeUndefined();
    const state = { ...(await annsScreen()), keys };
    const area = { cols: 100, rows: 1 };
    expect(statusBar({ ...state, gone: 'it stopped' }, 100, MONO)).toContain('Alt+G brings it back');
    const unbound = { ...state, keys: bound(['alt+r', 'none']), gone: 'x'.repeat(80) };
    expect(statusBar(unbound, 40, MONO)).toMatch(/… · start qpc again/);
    expect(prompt(state, area, MONO).lines.join()).not.toContain('Alt+P');
    expect(prompt({ ...state, keys: USUAL_KEYS }, area, MONO).lines.join()).toContain('Alt+P peers');
  });

  test('a line gives a key another action, and takes none from the others', () => {
    const map = bound(['Alt+G', 'next-news'], ['ctrl+p', 'peers']);
    expect(actionOf('alt+g', map)).toEqual({ name: 'nextNews' });
    expect(actionOf('alt+a', map)).toEqual({ name: 'nextNews' });
    expect(actionOf('ctrl+p', map)).toEqual({ name: 'pane', pane: 'peers' });
  });

  test('"none" leaves a key without an action', () => {
    expect(actionOf('alt+a', bound(['alt+a', 'none']))).toBeUndefined();
  });

  test('the emacs keys come over the usual ones, and those of the person over both', () => {
    expect(actionOf('alt+b', keyMap('emacs', []))).toEqual({ name: 'edit', op: 'wordLeft' });
    expect(actionOf('alt+b', USUAL_KEYS)).toEqual({ name: 'list' });
    const { own } = bound(['alt+b', 'list']);
    expect(actionOf('alt+b', keyMap('emacs', own))).toEqual({ name: 'list' });
  });

  test.each([
    ['PgUp', 'pageup'],
    ['shift+ALT+up', 'alt+shift+up'],
    ['alt+ctrl+x', 'ctrl+alt+x'],
    ['alt++', 'alt++'],
    ['alt+é', 'alt+é'],
    ['del', 'delete'],
    ['ctrl+_', 'ctrl+_'],
  ])('%s is %s', (written, key) => {
    expect(actionOf(key, bound([written, 'peers']))).toEqual({ name: 'pane', pane: 'peers' });
  });

  test.each([
    [
      'f5',
      'config.toml:1: "f5" cannot be bound: terminals do not agree on what an F-key sends · take alt and a letter',
    ],
    ['ctrl+5', 'config.toml:1: "ctrl+5" cannot be bound: terminals do not send ctrl+5 · take alt+5'],
    ['ctrl+i', 'config.toml:1: "ctrl+i" cannot be bound: ctrl+i is the same as Tab to a terminal'],
    ['ctrl+s', 'config.toml:1: "ctrl+s" cannot be bound: many terminals keep ctrl+s for themselves'],
    ['ctrl+shift+a', 'config.toml:1: "ctrl+shift+a" cannot be bound: terminals send the same without shift'],
    ['a', 'config.toml:1: "a" cannot be bound: it types itself · put alt+ or ctrl+ before it'],
    ['Enter', 'config.toml:1: "Enter" cannot be bound: Enter sends · that cannot be taken from it'],
    ['ESC', 'config.toml:1: "ESC" cannot be bound: Esc goes back · that cannot be taken from it'],
    ['ctrl+C', 'config.toml:1: "ctrl+C" cannot be bound: Ctrl+C clears and quits · that cannot be taken from it'],
    ['cmd+a', 'config.toml:1: "cmd+a" cannot be bound: "cmd" is none of ctrl, alt and shift'],
    [
      'alt+space',
      'config.toml:1: "alt+space" cannot be bound: "space" is no key · such as "alt+a", "ctrl+g", "alt+pageup"',
    ],
    ['', 'config.toml:1: "" cannot be bound: "" is no key · such as "alt+a", "ctrl+g", "alt+pageup"'],
  ])('"%s" is refused, with the reason', (key, sentence) => {
    expect(refusal(key)).toBe(sentence);
  });

  test('an action that there is not is answered with the nearest', () => {
    expect(refusal('alt+g', 'next-new')).toBe(
      'config.toml:1: there is no action "next-new" · did you mean "next-news"?',
    );
    expect(refusal('alt+g', 'xyzzy')).toMatch(/there is no action "xyzzy" · docs\/commands\.md lists them/);
  });

  test('a key that is bound twice is refused, however it is written', () => {
    expect(ownKeys([line('alt+a', 'peers', 3), line('Alt+A', 'store', 7)])).toEqual({
      error: 'config.toml:7: "Alt+A" is bound twice, the first time at config.toml:3',
    });
  });
});

describe('the help shows what is bound', () => {
  const row = (map: typeof USUAL_KEYS, does: string) => helpRows(map).find((one) => one.does === does)?.keys;

  test('nothing changed: as it is written', () => {
    const written = BINDINGS.flatMap(({ help }) => (help ? [help[1]] : []));
    expect(helpRows(USUAL_KEYS).map(({ keys }) => keys)).toEqual(written);
  });

  test('a key more, a key less, and one of two', () => {
    expect(row(bound(['alt+g', 'next-news']), 'next chat with news')).toBe('Alt+G Alt+A');
    expect(row(bound(['alt+a', 'none']), 'next chat with news')).toBe('no key');
    expect(row(bound(['alt+up', 'peers']), 'chat above, below')).toBe('Alt+↓');
  });

  test('keys read as people write them', () => {
    expect(['alt+up', 'pageup', 'ctrl+_', 'escape', 'alt++', 'alt+shift+n', 'ctrl+x e'].map(keyLabel)).toEqual([
      'Alt+↑',
      'PgUp',
      'Ctrl+_',
      'Esc',
      'Alt++',
      'Alt+Shift+N',
      'Ctrl+X E',
    ]);
  });
});
