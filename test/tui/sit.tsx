import { USUAL_PREFERENCES } from '../../src/api/preferences.ts';
import type { NodeApi } from '../../src/api/schema.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { abilitiesOf } from '../../src/tui/abilities.ts';
import { App } from '../../src/tui/app.tsx';
import { Session } from '../../src/tui/session.ts';
import { Terminal } from '../../src/tui/terminal.ts';
import { FakeNode } from '../support/fake-node.ts';
import { STORY_BEGINS } from '../support/fake-people.ts';
import { mount } from '../support/screen.ts';

type Asked = {
  readonly cols?: number;
  readonly rows?: number;
  readonly reconnect?: () => Promise<NodeApi | undefined>;
  /** What else the terminal says of itself. */
  readonly env?: Readonly<Record<string, string>>;
  readonly notify?: 'name' | 'text' | 'bell' | 'off';
  /** What the node has before the screen comes. */
  readonly prepare?: (node: FakeNode) => void;
};

/** ann at her screen, her node beside it. What is said to the terminal beside the screen is in `emitted`, links that were opened in `links`. */
export async function sit({ cols = 100, rows = 24, reconnect, env: more, notify = 'name', prepare }: Asked = {}) {
  const node = new FakeNode({ delivery: 'by hand' });
  prepare?.(node);
  let left = false;
  let now = STORY_BEGINS;
  const env = { LANG: 'C.UTF-8', TERM: 'xterm-256color', ...more };
  const emitted: string[] = [];
  const links: string[] = [];
  const session = new Session({
    api: node,
    greeting: { version: '0.1.0', settings: {} },
    commands: COMMANDS,
    size: { cols, rows },
    ascii: false,
    now: () => now,
    preferences: { ...USUAL_PREFERENCES, notify },
    able: abilitiesOf(env),
    emit: (bytes) => void emitted.push(bytes),
    openLink: async (url) => void links.push(url),
    reconnect,
    quit: () => {
      left = true;
    },
  });
  const screen = mount(<App session={session} terminal={new Terminal(() => {})} env={env} />, { cols, rows });
  await session.start();
  await screen.until(/thanks/);
  const unmount = screen[Symbol.dispose];
  const dispose = (): void => {
    session.stop();
    unmount();
  };
  /** Time passes for the screen. */
  const pass = (ms: number): void => {
    now += ms;
  };
  return Object.assign(screen, { node, session, emitted, links, pass, hasLeft: () => left, [Symbol.dispose]: dispose });
}

/** What the node was asked by one method. */
export const asked = (node: FakeNode, method: string): unknown[] =>
  node.calls.filter((call) => call.method === method).map((call) => call.params);
