/**
 * How far a message of ours has come, by evidence on this machine (docs/protocol.md §4.3).
 *
 *     queued ──► carried ──► sent ──► delivered ──► read
 *        └──────────┴─────────┴──► expired | refused
 *
 * It never goes back. `carried`: another node answered that it has, or had, it. `sent`: the recipient's own node did.
 * `delivered`, `read`: the recipient's signed receipts.
 */
export type DeliveryState = 'queued' | 'carried' | 'sent' | 'delivered' | 'read' | 'expired' | 'refused';

const ORDER: readonly DeliveryState[] = ['queued', 'carried', 'sent', 'expired', 'refused', 'delivered', 'read'];

/**
 * Whether new evidence changes what is shown. A receipt outranks a refusal or expiry: the recipient has it, whatever we gave up on.
 */
export const supersedes = (next: DeliveryState, current: DeliveryState): boolean =>
  ORDER.indexOf(next) > ORDER.indexOf(current) && !(next === 'refused' && current === 'expired');
