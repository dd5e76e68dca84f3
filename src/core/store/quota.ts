import {
  CARRIED_BYTES_MAX,
  CHANNEL_BYTES_MAX,
  CHANNEL_ENVELOPES_MAX,
  CHANNELS_SHARE,
  LANE_SHARES,
  OUTBOX_ENVELOPES_MAX,
  RECEIPTS_KEPT_MAX,
  RECEIPTS_TO_ONE_MAX,
  RECIPIENT_BYTES_MAX,
  RECIPIENT_ENVELOPES_MAX,
  STRANGER_BYTES_MAX,
  STRANGER_ENVELOPES_MAX,
} from '../base/limits.ts';
import { ENVELOPE_KINDS } from '../wire/envelope.ts';
import type { EnvelopeHead, Lane } from './head.ts';

/** What one bound has been used for. */
type Use = { envelopes: number; bytes: number };
type Bound = { readonly key: string; readonly envelopesMax: number; readonly bytesMax: number };

/**
 * Who may leave how much here (docs/protocol.md §3). An envelope counts against every bound that it falls under:
 * its lane's, its recipient's in that lane, and in the lanes of neighbours and strangers the bound of the one it came from.
 */
export class Quota {
  readonly #uses = new Map<string, Use>();

  /** Whether there is room for `head` beside what has been added. */
  fits(head: EnvelopeHead, neighbours: number): boolean {
    return this.bounds(head, neighbours).every((bound) => this.fitsUnder(bound, head));
  }

  /** Whether there is room for `head` under one of its bounds. */
  fitsUnder({ key, envelopesMax, bytesMax }: Bound, head: EnvelopeHead): boolean {
    const use = this.#uses.get(key);
    return (use?.envelopes ?? 0) + 1 <= envelopesMax && (use?.bytes ?? 0) + head.size <= bytesMax;
  }

  /** How many bytes would be too many under one of its bounds, with `head`. */
  excess({ key, bytesMax }: Bound, head: EnvelopeHead): number {
    return (this.#uses.get(key)?.bytes ?? 0) + head.size - bytesMax;
  }

  add(head: EnvelopeHead): void {
    for (const { key } of this.bounds(head, 1)) {
      const use = this.#uses.get(key) ?? { envelopes: 0, bytes: 0 };
      use.envelopes += 1;
      use.bytes += head.size;
      this.#uses.set(key, use);
    }
  }

  remove(head: EnvelopeHead): void {
    for (const { key } of this.bounds(head, 1)) {
      const use = this.#uses.get(key);
      if (!use) continue;
      use.envelopes -= 1;
      use.bytes -= head.size;
      if (use.envelopes === 0) this.#uses.delete(key);
    }
  }

  /** What a whole lane holds now. */
  lane(lane: Lane): Readonly<Use> {
    return this.#uses.get(`lane ${lane}`) ?? { envelopes: 0, bytes: 0 };
  }

  /** Our own mail is under one bound only, which is there to be never met. */
  bounds(head: EnvelopeHead, neighbours: number): readonly Bound[] {
    const lane = `lane ${head.lane}`;
    if (head.lane === 'own') {
      const bytesMax = Number.MAX_SAFE_INTEGER;
      if (!head.silent) return [{ key: lane, envelopesMax: OUTBOX_ENVELOPES_MAX, bytesMax }];
      // Receipts come of what others write: they must not take the room of what this user writes, nor those for one the room of others'.
      return [
        { key: 'receipts', envelopesMax: RECEIPTS_KEPT_MAX, bytesMax },
        { key: `receipts to ${head.to}`, envelopesMax: RECEIPTS_TO_ONE_MAX, bytesMax },
      ];
    }
    const laneBytes = CARRIED_BYTES_MAX * LANE_SHARES[head.lane];
    const toContactsChannel = head.lane === 'contact' && head.kind === ENVELOPE_KINDS.channel;
    const bounds = [
      { key: lane, envelopesMax: Number.MAX_SAFE_INTEGER, bytesMax: laneBytes },
      // A lane never takes from another, so one recipient has its places in each of them.
      { key: `${head.lane} to ${head.to}`, ...(toContactsChannel ? OF_CHANNEL : OF_RECIPIENT) },
    ];
    if (toContactsChannel) {
      bounds.push({ key: 'channels', envelopesMax: Number.MAX_SAFE_INTEGER, bytesMax: laneBytes * CHANNELS_SHARE });
    }
    if (head.lane === 'neighbour') {
      const share = laneBytes / Math.max(1, neighbours);
      bounds.push({ key: `via ${head.via ?? ''}`, envelopesMax: Number.MAX_SAFE_INTEGER, bytesMax: share });
    }
    if (head.lane === 'stranger') {
      bounds.push({ key: `from ${head.from}`, envelopesMax: STRANGER_ENVELOPES_MAX, bytesMax: STRANGER_BYTES_MAX });
    }
    return bounds;
  }
}

const OF_RECIPIENT = { envelopesMax: RECIPIENT_ENVELOPES_MAX, bytesMax: RECIPIENT_BYTES_MAX };
const OF_CHANNEL = { envelopesMax: CHANNEL_ENVELOPES_MAX, bytesMax: CHANNEL_BYTES_MAX };
