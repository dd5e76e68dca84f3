import { base58 as codec } from '@scure/base';

/** Base58 with the Bitcoin alphabet, as libp2p writes PeerIds. */
export const base58 = (bytes: Uint8Array): string => codec.encode(bytes);
