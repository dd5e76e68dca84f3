import type { ApiEvent, NodeApi, Outcome } from '../../src/api/schema.ts';
import type { Changed, Setting } from '../../src/api/setting.ts';
import { eventLine } from '../../src/commands/event-line.ts';
import { printableJson } from '../../src/commands/printable.ts';
import type { Shell } from '../../src/commands/shell.ts';
import type { FakeNode } from './fake-node.ts';
import { PEOPLE, STORY_BEGINS } from './fake-people.ts';
import { tempSettings } from './temp-settings.ts';

const DONE = { ok: true } as const;

/** A shell without a machine: what is printed is kept, time passes when the test says so, and input is what the test typed. */
export class FakeShell implements Shell {
  readonly face = 'shell';
  readonly ascii = false;
  json = false;
  terminal = false;
  /** Whether a node runs before anybody attaches. */
  runs = true;
  /** Standard input, or the answers to questions, in order. */
  typed: string[] = [];
  readonly printed: string[] = [];
  readonly warned: string[] = [];
  readonly timers: { readonly ms: number; readonly then: () => void }[] = [];
  readonly ran: (readonly string[])[] = [];
  readonly #node: FakeNode;

  constructor(node: FakeNode) {
    this.#node = node;
  }

  identity = {
    backup: async () => ({ ...DONE, result: { words: 'abandon '.repeat(23).concat('art') } }),
    restore: async (words: string): Promise<Outcome<{ id: string }>> =>
      words.split(' ').length === 24
        ? { ...DONE, result: { id: PEOPLE.ann } }
        : {
            ok: false,
            error: { code: 'E_IDENTITY', message: `${words.split(' ').length} words were given, a backup has 24` },
          },
    passphrase: async (next: string) => ({ ...DONE, result: { sealed: next !== '' } }),
  };

  now = (): number => STORY_BEGINS;
  conversation(): undefined {}
  open(): void {}
  quit(): void {}
  readonly #settings = tempSettings();
  settings = (): readonly Setting[] => this.#settings.list();
  change = (name: string, value: string): Outcome<Changed> => this.#settings.change(name, value);

  attach = async (): Promise<Outcome<NodeApi>> => ({ ...DONE, result: this.#node });
  running = async (): Promise<NodeApi | undefined> => (this.runs ? this.#node : undefined);
  stop = async (): Promise<Outcome<{ pid: number }> | undefined> =>
    this.runs ? { ...DONE, result: { pid: 4121 } } : undefined;

  print = (line: string): void => void this.printed.push(line);
  warn = (sentence: string): void => void this.warned.push(sentence);
  tell = (event: ApiEvent): void => this.print(this.json ? printableJson(event) : eventLine(event, this));
  input = async (): Promise<Outcome<string>> => ({ ...DONE, result: this.typed.join('\n') });
  ask = async (): Promise<string | undefined> => this.typed.shift();

  after = (ms: number, then: () => void): (() => void) => {
    const timer = { ms, then };
    this.timers.push(timer);
    return () => this.timers.splice(this.timers.indexOf(timer), 1);
  };

  manual = (): readonly string[] => ['.Dt QPC 1'];

  playDemo = async (): Promise<number> => 0;
  runLab = async (words: readonly string[]): Promise<number> => {
    this.ran.push(words);
    return words.includes('--fail') ? 1 : 0;
  };
}
