import type { Address, Datagram } from '../../src/core/base/address.ts';
import { after, type Instant, type Timestamp } from '../../src/core/base/time.ts';
import type { NodeEvent } from '../../src/core/node/event.ts';
import type { DurableMachine, ReadRequest } from '../../src/core/node/machine.ts';
import type { StoreRecord } from '../../src/core/node/record.ts';
import type { EnvelopeId } from '../../src/core/wire/envelope.ts';
import { envelopeRecord } from './records.ts';

/**
 * The smallest machine that keeps things: whatever it receives it stores, answers only when it is on disk and reads back,
 * and writes down everything that its owner tells it, in order.
 */
export class ToyMachine implements DurableMachine<NodeEvent> {
  readonly told: string[] = [];
  readonly calendars: Timestamp[] = [];
  readonly reachable: (readonly Address[])[] = [];
  wakeAt: Instant | undefined;
  /** What `receive` does instead of storing, when set. */
  onReceive: ((datagram: Datagram) => void) | undefined;
  readonly #records: StoreRecord[] = [];
  readonly #out: Datagram[] = [];
  readonly #events: NodeEvent[] = [];
  readonly #reads: ReadRequest[] = [];
  /** Whom to answer when record n is on disk and read. */
  readonly #owed: { readonly n: number; readonly id: EnvelopeId; readonly to: Address }[] = [];
  #written = 0;

  receive(datagram: Datagram): void {
    if (this.onReceive) this.onReceive(datagram);
    else this.keep(datagram);
  }

  keep({ address, bytes }: Datagram): void {
    const record = envelopeRecord(bytes);
    this.#records.push(record);
    this.#owed.push({ n: ++this.#written, id: record.head.id, to: address });
  }

  elapse(now: Instant): void {
    if (this.wakeAt === undefined || now < this.wakeAt) return;
    this.told.push('woken');
    this.wakeAt = undefined;
  }

  wakeIn(ms: number, now: Instant): void {
    this.wakeAt = after(now, ms);
  }

  deadline(): Instant | undefined {
    return this.wakeAt;
  }

  committed(upTo: number): void {
    this.told.push(`committed ${upTo}`);
    for (const { n, id } of this.#owed) if (n <= upTo) this.#reads.push({ want: 'envelope', id });
  }

  refused(from: number, why: string): void {
    this.told.push(`refused ${from} ${why}`);
    this.#owed.splice(this.#owed.findIndex(({ n }) => n >= from));
  }

  loaded(id: EnvelopeId, bytes: Uint8Array | undefined): void {
    const owed = this.#owed.find((one) => one.id === id);
    if (!owed) return;
    this.#owed.splice(this.#owed.indexOf(owed), 1);
    this.#out.push({ address: owed.to, bytes: bytes ?? new Uint8Array() });
    this.say(`answered ${owed.n}`);
  }

  known(_id: EnvelopeId, shown: boolean): void {
    this.told.push(`known ${shown}`);
  }

  transmit(datagram: Datagram): void {
    this.#out.push(datagram);
  }

  ask(id: EnvelopeId): void {
    this.#reads.push({ want: 'shown', id });
  }

  say(message: string): void {
    this.#events.push({ type: 'notice', level: 'info', code: 'TOY', message });
  }

  calendar(is: Timestamp): void {
    this.calendars.push(is);
  }

  reachableAt(addresses: readonly Address[]): void {
    this.reachable.push(addresses);
  }

  networkChanged(): void {
    this.told.push('network changed');
  }

  datagramRefused(address: Address, bytes: number): void {
    this.told.push(`refused ${bytes} bytes to ${address}`);
  }

  stop(): boolean {
    this.told.push('stopped');
    this.#out.push({ address: '127.0.0.1:9' as Address, bytes: new Uint8Array([0]) });
    return true;
  }

  pollRecord = (): StoreRecord | undefined => this.#records.shift();
  pollRead = (): ReadRequest | undefined => this.#reads.shift();
  pollTransmit = (): Datagram | undefined => this.#out.shift();
  pollEvent = (): NodeEvent | undefined => this.#events.shift();
}
