import type { StreamId } from '../wire/frame.ts';
import type { TransportParameters } from '../wire/transport-parameters.ts';
import type { Flow } from './flow.ts';
import { RecvStream } from './recv-stream.ts';
import { SendStream } from './send-stream.ts';
import { streamKind } from './stream-id.ts';

/** One stream: the halves that this side has, and what its owner has been told. */
export class Stream {
  readonly id: StreamId;
  /** Whether this side opened it. */
  readonly ours: boolean;
  readonly send: SendStream | undefined;
  readonly recv: RecvStream | undefined;
  /** The owner knows of it. */
  shown = false;
  /** Which go first when several have something to send: the higher. */
  priority = 0;
  /** `readable` was said and not answered by `read` yet. */
  announced = false;

  constructor(
    options: { readonly id: StreamId; readonly ours: boolean; readonly flow: Flow; readonly peer: TransportParameters },
    changed: (stream: Stream) => void,
  ) {
    const { id, ours, flow, peer } = options;
    const both = streamKind(id) === 'bidirectional';
    this.id = id;
    this.ours = ours;
    const tell = (): void => changed(this);
    if (both || ours) this.send = new SendStream(id, sendLimit(peer, ours, both), tell);
    if (both || !ours) this.recv = new RecvStream(id, flow, tell);
  }

  get isDone(): boolean {
    return (this.send?.isDone ?? true) && (this.recv?.isDone ?? true);
  }

  /** The connection is over: nothing is sent any more, and what cannot be read is forgotten. */
  ended(): void {
    this.send?.reset(0);
    this.recv?.ended();
  }
}

/** What the peer said it takes at first on a stream of this sort (RFC 9000 §18.2). */
function sendLimit(peer: TransportParameters, ours: boolean, both: boolean): number {
  if (!both) return peer.initialMaxStreamDataUni;
  return ours ? peer.initialMaxStreamDataBidiRemote : peer.initialMaxStreamDataBidiLocal;
}
