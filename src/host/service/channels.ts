import { done, type Handlers } from '../../api/answer.ts';
import type { Member } from '../../api/shapes.ts';
import type { PeerView } from '../../core/node/commands.ts';
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
      const channels = desk.owner.turn((node, now) =>
        node.channels().map((channel) => ({ ...channel, members: node.members(channel.id, now).length })),
      );
      return done({
        channels: channels.map(({ topic, id, open, invite, neighbours, members }) => ({
          channel: topic,
          id,
          open,
          ...(invite === undefined ? {} : { invite }),
          neighbours,
          members,
        })),
      });
    },

    members({ topic }) {
      const known = desk.names.joinedChannel(topic);
      if (!known.ok) return known;
      const { members, peers } = desk.owner.turn((node, now) => ({
        members: node.members(known.result.id, now),
        peers: new Map(node.peers().map((peer) => [peer.id, peer])),
      }));
      return done({
        channel: known.result.topic,
        members: members.map(({ id, lastSeen }) => ({
          id,
          name: desk.names.of(id),
          lastSeen,
          state: stateOf(peers.get(id)),
        })),
      });
    },
  }) satisfies Partial<Handlers>;

const stateOf = (peer: PeerView | undefined): Member['state'] =>
  peer?.state === 'connected' ? 'connected' : peer?.hops === undefined ? 'away' : 'reachable';
