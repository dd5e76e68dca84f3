import type { StreamId, StreamKind } from '../wire/frame.ts';

/** The `index`-th stream, from 0, of a kind that this side opens (RFC 9000 §2.1). */
export const streamIdOf = (byClient: boolean, kind: StreamKind, index: number): StreamId =>
  (index * 4 + (kind === 'unidirectional' ? 2 : 0) + (byClient ? 0 : 1)) as StreamId;

export const streamKind = (id: StreamId): StreamKind => (id % 4 >= 2 ? 'unidirectional' : 'bidirectional');

export const isOpenedByClient = (id: StreamId): boolean => id % 2 === 0;

/** Its place among the streams of its kind and opener, from 0. */
export const streamIndex = (id: StreamId): number => Math.floor(id / 4);
