import { expect } from 'vitest';
import { USUAL_PREFERENCES } from '../../src/api/preferences.ts';
import type { ApiError, Method, NodeApi } from '../../src/api/schema.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { App } from '../../src/tui/app.tsx';
import { chooseTheme } from '../../src/tui/drawing/theme.ts';
import { Session, type Surroundings } from '../../src/tui/session.ts';
import { abilitiesOf } from '../../src/tui/terminal/abilities.ts';
import { Terminal } from '../../src/tui/terminal/terminal.ts';
import { FakeNode } from '../support/fake-node.ts';
import { STORY_BEGINS } from '../support/fake-people.ts';
import { mount } from '../support/screen.ts';

type Asked = Pick<Surroundings, 'keys' | 'profile' | 'themeTrouble' | 'notebook' | 'reconnect'> & {
  readonly cols?: number;
  readonly rows?: number;
  /** What else the terminal says of itself. */
  readonly env?: Readonly<Record<string, string>>;
  readonly notify?: 'name' | 'text' | 'bell' | 'off';
  readonly node?: FakeNode;
  /** What the node has before the screen comes. */
  readonly prepare?: (node: FakeNode) => void;
};

/** What the screen shows, or the test says. */
type Seen = string | RegExp | (() => boolean);

/** A session with that node, on no terminal. */
export const sessionOf = (node: NodeApi, more: Partial<Surroundings> = {}): Session =>
  new Session({
    api: node,
    greeting: { version: '0.1.0', settings: {} },
    commands: COMMANDS,
    size: { cols: 100, rows: 24 },
    ascii: false,
    now: () => STORY_BEGINS,
    quit: () => {},
    ...more,
  });

/**
 * ann at her screen, her node beside it, and what she does there, each with what is waited for. What is said to the
 * terminal beside the screen is in `emitted`, links that were opened in `links`.
 */
export async function sit({ cols = 100, rows = 24, env: more, notify = 'name', node, prepare, ...asks }: Asked = {}) {
  const api = node ?? new FakeNode({ delivery: 'by hand' });
  prepare?.(api);
  let left = false;
  let now = STORY_BEGINS;
  const env = { LANG: 'C.UTF-8', TERM: 'xterm-256color', ...more };
  const emitted: string[] = [];
  const links: string[] = [];
  const session = sessionOf(api, {
    ...asks,
    size: { cols, rows },
    ascii: chooseTheme(env, { choice: 'auto', background: undefined }).signs.name === 'ascii',
    now: () => now,
    preferences: { ...USUAL_PREFERENCES, notify },
    able: abilitiesOf(env),
    emit: (bytes) => void emitted.push(bytes),
    openLink: async (url) => void links.push(url),
    quit: () => {
      left = true;
    },
  });
  const screen = mount(<App session={session} terminal={new Terminal(() => {})} env={env} />, { cols, rows });
  await session.start();
  if (api.book.messages.length > 0) await screen.until(/thanks/);
  const unmount = screen[Symbol.dispose];
  const deeds = {
    node: api,
    session,
    emitted,
    links,
    /** Time passes for the screen. */
    pass: (ms: number): void => {
      now += ms;
    },
    hasLeft: () => left,
    /** The lowest line of what is being written. */
    prompt: (): string => screen.line(-1),
    /** Types, and waits until the screen shows it: what was typed, in the prompt, if nothing else. */
    typed: (text: string, shown: Seen = `❯ ${text}`): Promise<void> => {
      screen.type(text);
      return screen.until(shown);
    },
    /** Presses keys, with blanks between, and waits until the screen shows it. */
    pressed: (keys: string, shown: Seen): Promise<void> => {
      screen.press(...keys.split(' '));
      return screen.until(shown);
    },
    /** Sends a line, and waits until it stands in the chat as queued. */
    sent: (text: string): Promise<void> => {
      screen.type(`${text}\r`);
      return screen.until(() => screen.lines().some((line) => line.split(/ +⇡/, 1)[0]?.endsWith(text)));
    },
    /** Waits until the keys of the chosen line offer it (`e edit`), types its letter, and waits for what is shown then. */
    took: async (offer: string, shown: Seen): Promise<void> => {
      await screen.until(offer);
      screen.type(offer.charAt(0));
      await screen.until(shown);
    },
    /** Waits until the text is gone from the screen. */
    gone: (text: string): Promise<void> => screen.until(() => !screen.text().includes(text)),
    /** Waits until so many lines went out, and says that they are these, in #general. */
    wentOut: async (...texts: readonly string[]): Promise<void> => {
      await screen.until(() => asked(api, 'broadcast').length >= texts.length);
      expect(asked(api, 'broadcast')).toEqual(texts.map((text) => ({ topic: '#general', text })));
    },
    [Symbol.dispose]: (): void => {
      session.stop();
      unmount();
    },
  };
  return Object.assign(screen, deeds);
}

/** What the node was asked by one method. */
export const asked = (node: FakeNode, method: Method): unknown[] =>
  node.calls.filter((call) => call.method === method).map((call) => call.params);

/** The node answers calls of that method, or any, only once they are let go: as ever, or with the refusal. */
export function holding(node: FakeNode, held: Method | 'any', refusal?: ApiError) {
  const call = node.call.bind(node);
  const gate = Promise.withResolvers<void>();
  let waits = false;
  node.call = (async (...asked: Parameters<NodeApi['call']>) => {
    if (held !== 'any' && held !== asked[0]) return call(...asked);
    waits = true;
    await gate.promise;
    return refusal ? { ok: false, error: refusal } : call(...asked);
  }) as NodeApi['call'];
  return { waits: () => waits, letGo: gate.resolve };
}
