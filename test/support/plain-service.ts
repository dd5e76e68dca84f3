import { done, failed, type Handlers } from '../../src/api/answer.ts';
import { type ApiEvent, METHODS } from '../../src/api/schema.ts';
import type { Screen, Service, Session } from '../../src/api/service.ts';

/** A service with no node behind it, for what is about the line to a screen: `nick` answers, `ping` waits, all else refuses. */
export class PlainService implements Service {
  readonly screens = new Set<Screen>();
  readonly bugs: unknown[] = [];
  closed = 0;
  /** Answers every `ping` that waits. */
  readonly pong: (() => void)[] = [];

  open(screen: Screen): Session {
    this.screens.add(screen);
    return {
      handlers: this.#handlers(),
      closed: () => {
        this.screens.delete(screen);
        this.closed++;
      },
    };
  }

  bug(error: unknown): void {
    this.bugs.push(error);
  }

  tellAll(event: ApiEvent): void {
    for (const screen of this.screens) screen.tell(event);
  }

  #handlers(): Handlers {
    const refuse = () => failed('E_NO_WAY', 'no way there', 'wait');
    const all = Object.fromEntries(Object.keys(METHODS).map((method) => [method, refuse])) as unknown as Handlers;
    return {
      ...all,
      nick: ({ name }) => done({ name }),
      ping: ({ peer }) =>
        new Promise((resolve) => this.pong.push(() => resolve(done({ id: peer, rttMs: 1, hops: 1 })))),
      verify: () => {
        throw new Error('a bug');
      },
      unsubscribe: () => done({ channel: 'x' } as never),
    };
  }
}

/** An event of about `bytes` bytes. */
export const notice = (message: string, bytes = 0): ApiEvent => ({
  type: 'notice',
  level: 'info',
  code: 'TEST',
  message: message.padEnd(bytes, '.'),
});
