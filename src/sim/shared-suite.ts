import { equalBytes } from '../core/bytes/equal.ts';
import { latin1 } from '../core/bytes/latin1.ts';
import type { Suite } from '../core/crypto/suite.ts';

/** How many signatures are remembered: those of a net of 10,000 nodes in which everybody signs a few things. */
const SIGNATURES_REMEMBERED = 65_536;

/** A signature that was looked at, with all that its validity depends on. */
type Verified = { readonly publicKey: Uint8Array; readonly message: Uint8Array; readonly isValid: boolean };

/**
 * A suite for many nodes in one process: a signature that one of them has verified is not computed again for the others. Every
 * node of a mesh verifies the announcement of every other one; n nodes share a processor here that is one of n outside. The
 * answer is the suite's own, for the same key, message and signature: nothing that a run shows depends on it but its time.
 */
export function sharedSuite(suite: Suite): Suite {
  const bySignature = new Map<string, Verified>();
  return {
    ...suite,
    verify(publicKey, message, signature) {
      const key = latin1(signature);
      const known = bySignature.get(key);
      if (known && equalBytes(known.message, message) && equalBytes(known.publicKey, publicKey)) return known.isValid;
      const isValid = suite.verify(publicKey, message, signature);
      bySignature.set(key, { publicKey: publicKey.slice(), message: message.slice(), isValid });
      if (bySignature.size > SIGNATURES_REMEMBERED) bySignature.delete(bySignature.keys().next().value!);
      return isValid;
    },
  };
}
