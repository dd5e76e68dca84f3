import type { Handlers } from '../../api/answer.ts';
import type { ApiEvent } from '../../api/schema.ts';
import type { Screen, Service, Session } from '../../api/service.ts';
import type { MessageRecord } from '../../core/chat/record.ts';
import type { Life } from '../process/life.ts';
import { aboutMethods } from './about.ts';
import { channelMethods } from './channels.ts';
import { contactMethods } from './contacts.ts';
import { conversationMethods } from './conversations.ts';
import type { Desk } from './desk.ts';
import { doctorMethods } from './doctor.ts';
import { eventView, gapView, messageView } from './lines.ts';
import { messageMethods, writingMethods } from './messages.ts';
import { peerMethods } from './peers.ts';
import { probeMethods } from './probes.ts';
import { Requests, requestMethods } from './requests.ts';
import { Screens } from './screens.ts';
import { Servers } from './servers.ts';
import { stickMethods } from './sticks.ts';

/** What stands behind NodeApi: every method on a running node, and its events for every screen. */
export class NodeService implements Service {
  readonly #desk: Desk;
  readonly #requests: Requests;
  readonly #screens: Screens;
  readonly #shared: Omit<Handlers, OfOneScreen>;

  constructor(desk: Desk, life: Life) {
    this.#desk = desk;
    this.#requests = new Requests(desk);
    this.#screens = new Screens(desk, life, this.#requests);
    const servers = new Servers(desk, (message) => this.notice('warn', 'UNPROVEN', message));
    this.#shared = {
      ...peerMethods(desk, servers),
      ...probeMethods(desk),
      ...stickMethods(desk),
      ...messageMethods(desk, this.#requests),
      ...channelMethods(desk),
      ...contactMethods(desk),
      ...conversationMethods(desk, this.#requests),
      ...requestMethods(desk, this.#requests),
      ...aboutMethods(desk, life),
      ...doctorMethods(desk),
    };
    desk.owner.onEvent((event) => {
      desk.names.heard(event);
      desk.confirmations.heard(event);
      desk.troubles.heard(event);
      const views = event.type === 'message' ? this.#news(event.message) : [eventView(event, desk.names)];
      for (const view of views) if (view) this.#screens.tellAll(view);
      servers.heard(event);
    });
  }

  open(screen: Screen): Session {
    return {
      handlers: {
        ...this.#shared,
        ...writingMethods(this.#desk, (line) => this.#screens.echo(line, screen)),
        ...this.#screens.methods(screen),
      },
      closed: () => this.#screens.vanished(screen),
    };
  }

  /** Tells all screens something that is not about a message or peer. */
  notice(level: 'info' | 'warn' | 'error', code: string, message: string): void {
    this.#screens.tellAll({ type: 'notice', level, code, message });
  }

  /** A message of others, between what is missing before it and what is not missing any more because of it. */
  #news(message: MessageRecord): readonly ApiEvent[] {
    const { database, names } = this.#desk;
    const { line, after } = database.told(message);
    if (this.#requests.waits(message)) {
      const asks = this.#requests.notice(message);
      return asks === undefined ? [] : [{ type: 'notice', level: 'info', code: 'REQUEST', message: asks }];
    }
    return [
      ...(line.missing > 0 ? [gapView(line, names)] : []),
      { type: 'message', ...messageView(line, names) },
      ...(after ? [gapView(after, names)] : []),
    ];
  }

  bug(error: unknown): void {
    this.#desk.log.error({ err: error }, 'a mistake of ours');
  }
}

type OfOneScreen = 'send' | 'broadcast' | 'attach' | 'goodbye' | 'stay' | 'down';
