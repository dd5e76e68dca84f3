import { done, failed, type Handlers } from '../../api/answer.ts';
import { timestamp } from '../../core/base/time.ts';
import type { Tells } from '../../core/node/tells.ts';
import type { Desk } from './desk.ts';

/** What the user does that others are told of: reading and writing. */
export const tellingMethods = (desk: Desk) =>
  ({
    markRead({ where }) {
      const place = desk.names.where(where);
      if (!place.ok) return place;
      // Whatever the calendar did meanwhile: all that is there has been read.
      const letters = desk.database.markRead(place.result.id, timestamp(Number.MAX_SAFE_INTEGER));
      desk.owner.turn((node, now) => node.read(letters, now));
      return done({});
    },

    typing({ where }) {
      const place = desk.names.where(where);
      if (!place.ok) return place;
      desk.owner.turn((node, now) => node.writes(place.result.id, now));
      return done({});
    },

    configure({ name, value }) {
      const key = CHANGEABLE[name];
      if (key === undefined) return failed('E_USAGE', `${name} cannot be changed while the node runs`);
      const told = desk.owner.turn((node) => node.tell(value === undefined ? {} : { [key]: value }));
      return done({ name, value: told[key] });
    },
  }) satisfies Partial<Handlers>;

/** By the names of their options. */
const CHANGEABLE: Readonly<Record<string, keyof Tells>> = { typing: 'typing', 'read-receipts': 'readReceipts' };
