import type { Preferences } from '../../api/preferences.ts';
import { assert } from '../../core/base/assert.ts';
import { type Action, BINDINGS, type Binding, EMACS, type HelpGroup } from './keys.ts';

/** What every key asks for, for this person. */
export type KeyMap = {
  readonly preset: Preferences['keymap'];
  /** Keys of their own, by their names as `keyName` gives them; without an action a key does nothing. */
  readonly own: readonly OwnKey[];
  readonly actions: ReadonlyMap<string, Action>;
};

/** A key that the person has bound. */
export type OwnKey = { readonly key: string; readonly action: Action | undefined };

/** The keys of a preset, and over them those of the person. */
export function keyMap(preset: KeyMap['preset'], own: readonly OwnKey[]): KeyMap {
  const actions = new Map<string, Action>();
  for (const { keys, action } of preset === 'emacs' ? [...BINDINGS, ...EMACS] : BINDINGS)
    for (const key of keys) actions.set(key, action);
  for (const { key, action } of own) {
    if (action) actions.set(key, action);
    else actions.delete(key);
  }
  return { preset, own, actions };
}

/** The keys of who has chosen none. */
export const USUAL_KEYS: KeyMap = keyMap('default', []);

/** What a key asks for; `undefined` for one that types itself, or does nothing. A capital for which there is nothing is the small letter. */
export const actionOf = (key: string, { actions }: KeyMap): Action | undefined =>
  actions.get(key) ?? actions.get(key.replace('alt+shift+', 'alt+'));

/**
 * A key that asks for the action of this name (`actionName`), as people read it: one of the person's own before the usual one. `undefined` where
 * none does: what is said then names a command instead, or goes without.
 */
export function keyFor({ own, actions }: KeyMap, name: string): string | undefined {
  assert(ACTIONS.has(name), `${name} is the name of an action`);
  const asks = (action: Action | undefined): boolean => action !== undefined && actionName(action) === name;
  const key = own.find(({ action }) => asks(action))?.key ?? [...actions].find(([, action]) => asks(action))?.[0];
  return key === undefined ? undefined : keyLabel(key);
}

/** Whether a key does nothing by itself and another one is waited for: Ctrl+X of `ctrl+x e`. */
export const beginsPair = (key: string, { actions }: KeyMap): boolean =>
  key !== '' && !actions.has(key) && [...actions.keys()].some((other) => other.startsWith(`${key} `));

/** The name of an action in config.toml: `next-news`, `word-left`, `chat-3`, `page-up`, `peers`. */
export function actionName(action: Action): string {
  switch (action.name) {
    case 'edit':
      return dashed(action.op);
    case 'open':
      return `chat-${action.position + 1}`;
    case 'scroll':
      return action.pages < 0 ? 'page-up' : 'page-down';
    case 'pane':
      return action.pane;
    default:
      return dashed(action.name);
  }
}

/** Every action there is, by name. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map(
  [...BINDINGS, ...EMACS].map(({ action }) => [actionName(action), action] as const),
);

/** Every action with the keys that ask for it when nobody has bound others. */
export const actionRows = (): readonly (readonly [name: string, keys: string])[] =>
  [...ACTIONS].map(([name]) => {
    const of = (bindings: readonly Binding[]) =>
      bindings.flatMap(({ keys, action }) => (actionName(action) === name ? keys.map(keyLabel) : []));
    const emacs = of(EMACS).map((key) => `${key} (emacs)`);
    return [name, [...of(BINDINGS), ...emacs].join(', ')] as const;
  });

/** A row of the help: a key or two, and what they do. */
export type HelpRow = {
  readonly group: HelpGroup;
  readonly keys: string;
  readonly does: string;
  readonly action: Action;
};

/** The keys that the help explains, as they are bound now. */
export const helpRows = (map: KeyMap): readonly HelpRow[] =>
  BINDINGS.flatMap(({ help, action, keys }) =>
    help ? [{ group: help[0], keys: keysShown(help[1], { keys, action }, map), does: help[2], action }] : [],
  );

/** A key as people read it: `Alt+↑`, `PgUp`. */
export const keyLabel = (key: string): string =>
  key
    .split(' ')
    .map((press) =>
      press
        .split(/\+(?=.)/)
        .map((part) => LABELS[part] ?? part.charAt(0).toUpperCase() + part.slice(1))
        .join('+'),
    )
    .join(' ');

/**
 * The keys of a row: as it is written, as long as they are what they were; else those that still are, behind those of the person.
 *
 * @param written such as `Alt+↑ Alt+↓`, `Alt+1…9`, `? or Alt+H`.
 */
function keysShown(written: string, { action }: Pick<Binding, 'keys' | 'action'>, map: KeyMap): string {
  const name = actionName(action);
  const own = map.own.filter((one) => one.action && actionName(one.action) === name).map(({ key }) => keyLabel(key));
  const isKept = (part: string): boolean => {
    const key = KEYS_BY_LABEL.get(part.replace(/…\d$/, ''));
    return key === undefined || (map.actions.get(key) ?? '') === USUAL_ACTIONS.get(key);
  };
  const parts = written.split(/ (?:or )?/);
  const kept = parts.filter(isKept);
  if (own.length === 0 && kept.length === parts.length) return written;
  return [...own, ...kept].join(' ') || 'no key';
}

const USUAL_ACTIONS: ReadonlyMap<string, Action> = USUAL_KEYS.actions;

const LABELS: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  escape: 'Esc',
};

const KEYS_BY_LABEL: ReadonlyMap<string, string> = new Map(
  [...USUAL_ACTIONS.keys()].map((key) => [keyLabel(key), key] as const),
);

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
