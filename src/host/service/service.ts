import type { Handlers } from '../../api/answer.ts';
import type { Screen, Service, Session } from '../../api/service.ts';
import type { Life } from '../process/life.ts';
import { aboutMethods } from './about.ts';
import { amendingMethods } from './amending.ts';
import { CatchingUp } from './catching-up.ts';
import { channelMethods } from './channels.ts';
import { contactMethods } from './contacts.ts';
import { conversationMethods } from './conversations.ts';
import type { Desk } from './desk.ts';
import { doctorMethods } from './doctor.ts';
import { Indexing } from './indexing.ts';
import { eventView } from './lines.ts';
import { messageMethods, writingMethods } from './messages.ts';
import { News } from './news.ts';
import { peerMethods } from './peers.ts';
import { probeMethods } from './probes.ts';
import { readingMethods } from './reading.ts';
import { Requests, requestMethods } from './requests.ts';
import { Screens } from './screens.ts';
import { Servers } from './servers.ts';
import { stickMethods } from './sticks.ts';
import { tellingMethods } from './telling.ts';
import { Undertakings } from './undertakings.ts';

/** What stands behind NodeApi: every method on a running node, and its events for every screen. */
export class NodeService implements Service {
  readonly #desk: Desk;
  readonly #requests: Requests;
  readonly #screens: Screens;
  readonly #indexing: Indexing;
  readonly #catchingUp: CatchingUp;
  readonly #shared: Omit<Handlers, OfOneScreen>;

  constructor(desk: Desk, life: Life) {
    this.#desk = desk;
    this.#requests = new Requests(desk);
    this.#screens = new Screens(desk, life, this.#requests);
    const news = new News(desk, this.#requests, (event) => this.#screens.tellAll(event));
    const undertakings = new Undertakings((event) => this.#screens.tellAll(event), desk.calendar);
    this.#indexing = new Indexing(desk.database, undertakings);
    this.#indexing.start();
    this.#catchingUp = new CatchingUp(undertakings, desk.names);
    const servers = new Servers(desk, (message) => this.notice('warn', 'UNPROVEN', message));
    this.#shared = {
      ...peerMethods(desk, servers),
      ...probeMethods(desk),
      ...stickMethods(desk, undertakings),
      ...messageMethods(desk),
      ...amendingMethods(desk, (event) => this.#screens.tellAll(event)),
      ...readingMethods(desk, this.#requests),
      ...tellingMethods(desk),
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
      const view = event.type === 'message' ? news.came(event.message) : eventView(event, desk.names);
      if (view) this.#screens.tellAll(view);
      servers.heard(event);
      this.#catchingUp.heard(event);
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

  /** The node stops: what is done beside its work ends. */
  stop(): void {
    this.#indexing.stop();
    this.#catchingUp.stop();
  }

  /** Tells all screens something that is not about a message or peer. */
  notice(level: 'info' | 'warn' | 'error', code: string, message: string): void {
    this.#screens.tellAll({ type: 'notice', level, code, message });
  }

  bug(error: unknown): void {
    this.#desk.log.error({ err: error }, 'a mistake of ours');
  }
}

type OfOneScreen = 'send' | 'broadcast' | 'attach' | 'goodbye' | 'stay' | 'down';
