import type { DatabaseSync } from 'node:sqlite';
import {
  DELIVERIES_LOADED_MAX,
  LINES_WOKEN_WITH_MAX,
  PEERS_REMEMBERED_MAX,
  SEEN_IDS_MAX,
} from '../../core/base/limits.ts';
import type { SettingKey, StoredState } from '../../core/node/record.ts';
import type { EnvelopeId } from '../../core/wire/envelope.ts';
import {
  channelLineOf,
  channelOf,
  contactOf,
  deliveryOf,
  headOf,
  memberOf,
  peerOf,
  type Row,
  seenOf,
  tailOf,
} from './rows.ts';

/** Everything a node wakes up with (`StoredState`), read from its database. What is bounded there is bounded here, newest first. */
export function storedState(db: DatabaseSync): StoredState {
  const rows = <T>(of: (row: Row) => T, sql: string, ...values: number[]): T[] =>
    db
      .prepare(sql)
      .all(...values)
      .map(of);
  const id = (row: Row) => row.id as EnvelopeId;

  db.prepare(FORGET_PEERS).run(PEERS_REMEMBERED_MAX);
  const shown = rows(id, 'SELECT id FROM message ORDER BY n DESC LIMIT ?', SEEN_IDS_MAX + 1);
  return {
    // An envelope whose bytes are gone is no envelope: a head alone could promise what nobody can send.
    heads: rows(headOf, 'SELECT * FROM envelope_head WHERE id IN (SELECT id FROM envelope_bytes) ORDER BY stored_at'),
    seen: rows(seenOf, 'SELECT * FROM seen ORDER BY until DESC LIMIT ?', SEEN_IDS_MAX).reverse(),
    shown: shown.slice(0, SEEN_IDS_MAX).reverse(),
    shownMore: shown.length > SEEN_IDS_MAX,
    deliveries: rows(deliveryOf, DELIVERIES, DELIVERIES_LOADED_MAX),
    contacts: rows(contactOf, 'SELECT * FROM contact'),
    channels: rows(channelOf, 'SELECT * FROM channel'),
    tails: rows(tailOf, 'SELECT * FROM tail'),
    members: rows(memberOf, 'SELECT * FROM member'),
    lines: rows(channelLineOf, LINES, LINES_WOKEN_WITH_MAX).reverse(),
    peers: rows(peerOf, 'SELECT * FROM peer ORDER BY last_seen'),
    settings: new Map(rows((row) => [row.key as SettingKey, String(row.value)] as const, SETTINGS)),
  };
}

/** All whose envelope is still here, and of the others the newest letters: a receipt may come after we gave up, but none for a post. */
const DELIVERIES = `
  SELECT * FROM delivery WHERE id IN (SELECT id FROM envelope_head)
  UNION SELECT * FROM (
    SELECT * FROM delivery
    WHERE NOT EXISTS (SELECT 1 FROM message WHERE message.id = delivery.id AND kind = 'channel') ORDER BY at DESC LIMIT ?)`;

/** Of channels, among the newest of all. */
const LINES = `
  SELECT id, conversation, sender, epoch, seq, follows, received FROM message
  WHERE kind = 'channel' AND n > (SELECT max(n) FROM message) - 8192 ORDER BY n DESC LIMIT ?`;

const FORGET_PEERS = `
  DELETE FROM peer WHERE named = 0 AND id NOT IN (SELECT id FROM peer WHERE named = 0 ORDER BY last_seen DESC LIMIT ?)`;

// What the database keeps for itself is nothing of the node's.
const SETTINGS = "SELECT key, value FROM setting WHERE key <> 'machine-boot'";
