import type { Datagram } from '../../core/base/address.ts';
import { after, earliest, type Instant } from '../../core/base/time.ts';
import { Node } from '../../core/node/node.ts';
import { type NodeOptions, type Organs, organsOf } from '../../core/node/organs.ts';

/** What makes a node hostile: it has a real node's parts, keys and neighbours, and uses them for harm. */
export interface Malice {
  /** Changes the parts of the node before it starts. */
  spoil?(organs: Organs): void;
  /** A datagram came to it. */
  saw?(datagram: Datagram): void;
  /** Five times a second: does harm; returns datagrams that are to leave as they are. */
  act?(organs: Organs, now: Instant): readonly Datagram[];
}

/** The time between two attacks, in milliseconds. */
const PAUSE_MS = 200;

/** A node that speaks the protocol like any other, and means harm. */
export class HostileNode extends Node {
  readonly #malice: Malice;
  readonly #organs: Organs;
  readonly #sending: Datagram[] = [];
  #actsAt: Instant | undefined;

  constructor(options: NodeOptions, malice: Malice) {
    let built: Organs | undefined;
    super(options, (given, tell) => {
      built = organsOf(given, tell);
      malice.spoil?.(built);
      return built;
    });
    this.#organs = built!;
    this.#malice = malice;
    this.#actsAt = malice.act ? after(options.instant, PAUSE_MS) : undefined;
  }

  override receive(datagram: Datagram, now: Instant): void {
    this.#malice.saw?.(datagram);
    super.receive(datagram, now);
  }

  override elapse(now: Instant): void {
    if (this.#actsAt !== undefined && this.#actsAt <= now) {
      this.#actsAt = after(now, PAUSE_MS);
      this.#sending.push(...(this.#malice.act?.(this.#organs, now) ?? []));
    }
    super.elapse(now);
  }

  override deadline(): Instant | undefined {
    return earliest(super.deadline(), this.#actsAt);
  }

  override pollTransmit(now: Instant): Datagram | undefined {
    return this.#sending.shift() ?? super.pollTransmit(now);
  }
}
