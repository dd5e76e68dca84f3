import type { NodeId } from '../crypto/node-id.ts';

/** Who wrote a letter, and to whom. */
export type Between = { readonly from: NodeId; readonly to: NodeId };

/** The same as a key. */
export const pairOf = ({ from, to }: Between): string => `${from} ${to}`;
