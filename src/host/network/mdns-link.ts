import Bonjour, { type Browser, type Service } from 'bonjour-service';
import type { NetworkInterface } from './interfaces.ts';
import { onLinkOf } from './interfaces.ts';
import { type Announcement, type Answer, instanceName, localHost, textOf } from './mdns-record.ts';
import { MDNS_GROUPS, MDNS_PORT, MulticastSocket } from './multicast-socket.ts';

/** `_quicprochat._udp.local` */
const SERVICE = { type: 'quicprochat', protocol: 'udp' } as const;

/** How long a goodbye may take, in milliseconds. */
const GOODBYE_MS = 250;

/** What a link hears of others. */
export type LinkListener = {
  heard(answer: Answer, link: MdnsLink): void;
  left(answer: Answer, link: MdnsLink): void;
};

/**
 * mDNS on one network and in one family: our record, published, and the records of others, as they are heard.
 *
 * bonjour-service is made to do what it does not by itself: it never says that a known record was heard again, so every round
 * of asking has a browser of its own, to which everything is new; the browser before it stays for one more round, because only
 * one that knows a record tells of its goodbye. Its own question comes back to its own responder by multicast loopback, so that
 * every round announces us anew as well. `probe: false`, because on a conflict it would print to stdout and fall silent.
 */
export class MdnsLink {
  readonly name: string;
  readonly onLink: (host: string) => boolean;
  readonly #socket: MulticastSocket;
  readonly #bonjour: Bonjour;
  readonly #listener: LinkListener;
  #service: Service | undefined;
  #browsers: Browser[] = [];

  /** Rejects with the system's error where there is no multicast. */
  static async open(
    network: NetworkInterface,
    family: 4 | 6,
    roundMs: number,
    listener: LinkListener,
  ): Promise<MdnsLink> {
    return new MdnsLink(network, family, await MulticastSocket.open(network, family, roundMs), listener);
  }

  private constructor(network: NetworkInterface, family: 4 | 6, socket: MulticastSocket, listener: LinkListener) {
    this.name = network.name;
    this.onLink = onLinkOf(network);
    this.#socket = socket;
    this.#listener = listener;
    // These are options of multicast-dns, to which bonjour-service hands them; its own type does not list them.
    const options = { socket, bind: false, multicast: false, port: MDNS_PORT, ip: MDNS_GROUPS[family] };
    const type = family === 4 ? 'udp4' : 'udp6';
    this.#bonjour = new Bonjour({ ...options, type, interface: network.name } as object, () => {});
  }

  /** Why nothing can be sent here at the moment, in the system's words. */
  get sendError(): string | undefined {
    return this.#socket.sendError;
  }

  /** When another host was heard here last, by `performance.now()`. */
  get heardAtMs(): number | undefined {
    return this.#socket.heardAtMs;
  }

  /** Datagrams that were neither read nor sent, by reason. */
  get lost(): ReadonlyMap<string, number> {
    return this.#socket.lost;
  }

  /** Publishes our record, in place of the one before. */
  publish(ours: Announcement): void {
    this.#service?.stop();
    const { id, port } = ours;
    this.#service = this.#bonjour.publish({
      ...SERVICE,
      name: instanceName(id),
      port,
      host: localHost(),
      txt: textOf(ours),
      probe: false,
    });
  }

  /** Asks who is there. Everyone who answers is heard of again. */
  ask(): void {
    const browser = this.#bonjour.find(SERVICE, (service) => this.#listener.heard(service as Answer, this));
    browser.on('txt-update', (service) => this.#listener.heard(service as Answer, this));
    browser.on('srv-update', (service) => this.#listener.heard(service as Answer, this));
    browser.on('down', (service) => this.#listener.left(service as Answer, this));
    this.#browsers.push(browser);
    if (this.#browsers.length > 2) this.#browsers.shift()?.stop();
  }

  /** Says goodbye, then lets go of the network. */
  async close(): Promise<void> {
    for (const browser of this.#browsers.splice(0)) browser.stop();
    this.#socket.leaving = true;
    await soon((done) => this.#bonjour.unpublishAll(done));
    await soon((done) => this.#bonjour.destroy(done));
  }
}

/** Waits for a callback, but not for ever. */
const soon = (begin: (done: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, GOODBYE_MS);
    begin(() => {
      clearTimeout(timer);
      resolve();
    });
  });
