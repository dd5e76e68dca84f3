import { done, type Handlers } from '../../api/answer.ts';
import type { Desk } from './desk.ts';
import { join } from './messages.ts';
import { refusal } from './words.ts';

/** Joining and leaving channels. */
export const channelMethods = (desk: Desk) =>
  ({
    subscribe({ topic, private: closed, key }) {
      // An invite may stand in the place of the topic: that is how it is pasted.
      const invite = key ?? (topic.startsWith('qpc-channel:') ? topic : undefined);
      const named = invite === topic ? '' : topic;
      const joined = join(desk, { topic: named, private: closed, ...(invite === undefined ? {} : { invite }) });
      if ('why' in joined) return refusal(joined, topic);
      const { invite: made } = desk.owner.turn((node) => node.channels()).find(({ id }) => id === joined.id) ?? {};
      const result = { channel: joined.topic, id: joined.id, open: joined.open };
      return done(made === undefined ? result : { ...result, invite: made });
    },

    unsubscribe({ topic }) {
      const known = desk.names.joinedChannel(topic);
      if (!known.ok) return known;
      const left = desk.owner.turn((node, now) => node.unsubscribe(known.result.id, now));
      if ('why' in left) return refusal(left, topic);
      desk.names.left(left.id);
      return done({ channel: left.topic, id: left.id });
    },

    channels() {
      const channels = desk.owner.turn((node) => node.channels());
      return done({
        channels: channels.map(({ topic, id, open, invite, neighbours }) => ({
          channel: topic,
          id,
          open,
          ...(invite === undefined ? {} : { invite }),
          neighbours,
        })),
      });
    },
  }) satisfies Partial<Handlers>;
