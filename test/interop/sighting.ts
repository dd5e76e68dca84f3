/** Towards the server, or towards the client. */
export type Direction = 'up' | 'down';

/** A datagram as the cable saw it. Times are milliseconds since the cable was plugged in. */
export type Sighting = {
  readonly direction: Direction;
  /** As it was sent. */
  readonly bytes: Uint8Array;
  readonly sentAt: number;
  /** The client's address on its own side of the NAT. */
  readonly inside: string;
  /** The same as the server sees it; of a datagram to the server, known once it arrives. */
  outside: string | undefined;
  /** When it was handed over; `undefined` when it was lost. */
  arrivedAt: number | undefined;
  /** Whether it arrived altered. */
  damaged: boolean;
};

/** Starts the record of a datagram that enters the cable. */
export const sighting = (
  entered: Pick<Sighting, 'direction' | 'bytes' | 'sentAt' | 'inside' | 'outside'>,
): Sighting => ({ ...entered, arrivedAt: undefined, damaged: false });
