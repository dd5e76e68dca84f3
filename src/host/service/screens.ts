import { done, type Handlers } from '../../api/answer.ts';
import type { ApiEvent } from '../../api/schema.ts';
import type { Screen } from '../../api/service.ts';
import type { Line } from '../database/lines.ts';
import type { Life } from '../process/life.ts';
import { statusOf } from './about.ts';
import type { Desk } from './desk.ts';
import { messageView } from './lines.ts';
import type { Requests } from './requests.ts';

/** Messages that are told again to a screen that asks for what nobody has shown. The rest is in the history. */
const REPLAY_MAX = 1_000;

/** The screens that are attached, and what they are told. */
export class Screens {
  readonly #desk: Desk;
  readonly #life: Life;
  readonly #requests: Requests;
  /** Each with whether a person sees what it is told. */
  readonly #attached = new Map<Screen, boolean>();

  constructor(desk: Desk, life: Life, requests: Requests) {
    this.#desk = desk;
    this.#life = life;
    this.#requests = requests;
  }

  tellAll(event: ApiEvent): void {
    for (const screen of this.#attached.keys()) screen.tell(event);
  }

  /** A line that `author` wrote, for the others. */
  echo(line: Line, author: Screen): void {
    const event: ApiEvent = { type: 'message', ...messageView(line, this.#desk.names) };
    for (const screen of this.#attached.keys()) if (screen !== author) screen.tell(event);
  }

  vanished(screen: Screen): void {
    this.#attached.delete(screen);
    this.#update();
    this.#life.vanished(screen);
  }

  /** Coming and going of one screen. */
  methods(screen: Screen) {
    return {
      attach: ({ version, settings, replay, shows }) => {
        const desk = this.#desk;
        const again = this.#attached.has(screen);
        this.#attached.set(screen, shows);
        this.#life.attached(screen);
        this.#update();
        if (replay && !again) this.#replay(screen);
        const asks = shows && !again ? this.#requests.reminder() : undefined;
        if (asks !== undefined) screen.tell({ type: 'notice', level: 'info', code: 'REQUEST', message: asks });
        return done({ status: statusOf(desk, this.#life), notices: notices(desk, version, settings) });
      },
      goodbye: () => {
        this.#attached.delete(screen);
        this.#update();
        this.#life.goodbye(screen);
        return done({});
      },
      stay: () => {
        this.#life.stay();
        return done({ pid: process.pid });
      },
      down: () => {
        this.#life.stop();
        return done({ pid: process.pid });
      },
    } satisfies Partial<Handlers>;
  }

  #update(): void {
    this.#desk.database.screens = [...this.#attached.values()].includes(true);
  }

  #replay(screen: Screen): void {
    const { database, names } = this.#desk;
    const lines = database.unshown(REPLAY_MAX);
    for (const line of lines.filter((one) => !this.#requests.waits(one)))
      screen.tell({ type: 'message', ...messageView(line, names) });
    if (lines.length > 0) database.markShown(lines.map(({ id }) => id));
  }
}

/** What a screen that joins a running node should know: another version, and settings that are not applied. */
function notices({ about }: Desk, version: string, settings: Readonly<Record<string, string>>): string[] {
  const differing = Object.entries(settings).filter(([name, value]) => about.settings[name] !== value);
  return [
    ...(version === about.version
      ? []
      : [
          `this screen is qpc ${version}, the node is ${about.version} · qpc down, then start again, to have one version`,
        ]),
    ...differing.map(([name, value]) => {
      const has = about.settings[name];
      const runs =
        has === undefined ? 'was started without it' : `runs with ${isSwitch(value) ? asFlag(name, has) : has}`;
      return `${asFlag(name, value)} is not applied: the node ${runs} · qpc down, then start again, to change it`;
    }),
  ];
}

const isSwitch = (value: string): boolean => value === 'true' || value === 'false';

/** A setting as the person typed it: `--name bob`, `--verbose`, `--no-mdns`. */
const asFlag = (name: string, value: string): string =>
  isSwitch(value) ? `--${value === 'true' ? '' : 'no-'}${name}` : `--${name} ${value}`;
