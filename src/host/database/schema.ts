/*
 * The tables of `<home>/qpc.db`. Times are milliseconds since 1970, ids are text as everywhere else,
 * lists are JSON: what a person with a database browser can read.
 */

/** "qpc1" in the header of the file: no other program's database passes for ours. */
export const APPLICATION_ID = 0x71706331;

/** One step per version of the schema: `user_version` says how many have been done. A step that was released never changes. */
export const MIGRATIONS: readonly string[] = [
  `
  -- An envelope in two parts: the head changes often and is read at start, the bytes do neither.
  CREATE TABLE envelope_head (
    id TEXT PRIMARY KEY, kind INTEGER NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL, size INTEGER NOT NULL,
    lane TEXT NOT NULL, via TEXT, hop_count INTEGER NOT NULL, hops_max INTEGER NOT NULL, ttl_seconds INTEGER NOT NULL,
    age_seconds INTEGER NOT NULL, stored_at INTEGER NOT NULL, copies INTEGER NOT NULL, handed_to TEXT NOT NULL,
    silent INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE envelope_bytes (id TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;

  -- Every line of every conversation, in the order in which it was stored (n), whatever the calendar said.
  CREATE TABLE message (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, conversation TEXT NOT NULL, sender TEXT NOT NULL,
    recipient TEXT NOT NULL, text TEXT NOT NULL, content TEXT NOT NULL, created INTEGER NOT NULL, received INTEGER NOT NULL,
    hops INTEGER NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, follows TEXT NOT NULL, displayed INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX message_by_conversation ON message (conversation);
  CREATE INDEX message_by_received ON message (received);
  CREATE INDEX message_undisplayed ON message (n) WHERE displayed = 0;

  -- What can be told of conversations without reading their lines; kept in step with them.
  CREATE TABLE conversation (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, last_at INTEGER NOT NULL, unread INTEGER NOT NULL, read_n INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE tail (
    conversation TEXT NOT NULL, author TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, last TEXT NOT NULL,
    PRIMARY KEY (conversation, author)
  ) STRICT;

  CREATE TABLE delivery (
    id TEXT PRIMARY KEY, recipient TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL, hops INTEGER, detail TEXT
  ) STRICT;
  CREATE INDEX delivery_open ON delivery (id) WHERE state IN ('queued', 'carried', 'sent');
  CREATE INDEX delivery_by_time ON delivery (at);

  CREATE TABLE seen (id TEXT PRIMARY KEY, at INTEGER NOT NULL, until INTEGER NOT NULL) STRICT;
  CREATE INDEX seen_by_end ON seen (until);

  CREATE TABLE contact (
    id TEXT PRIMARY KEY, petname TEXT NOT NULL, verified INTEGER NOT NULL, blocked INTEGER NOT NULL, added INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE channel (
    id TEXT PRIMARY KEY, topic TEXT NOT NULL, key BLOB NOT NULL, open INTEGER NOT NULL, joined INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE peer (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, addresses TEXT NOT NULL, source TEXT NOT NULL, named INTEGER NOT NULL,
    last_seen INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  `,
  `
  -- Lines in the order of their conversation. Those that are here stay in the order in which they came, before all that have a rank.
  ALTER TABLE message ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
  UPDATE message SET rank = placed.rank FROM (
    SELECT n, row_number() OVER (PARTITION BY conversation ORDER BY n) - count(*) OVER (PARTITION BY conversation) AS rank
    FROM message) AS placed WHERE placed.n = message.n;
  ALTER TABLE tail ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX message_by_rank ON message (conversation, rank, id);
  CREATE INDEX message_by_run ON message (conversation, sender, epoch, seq);
  `,
  `
  -- When an envelope was written, by its author. For those that are here it is not known without their bytes; they are gone in a month.
  ALTER TABLE envelope_head ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- Who is in a channel, and which of our lines each has: pairs of the first and the last number, as JSON.
  CREATE TABLE member (
    channel TEXT NOT NULL, id TEXT NOT NULL, last_seen INTEGER NOT NULL, mark TEXT, mark_rank INTEGER, has TEXT NOT NULL,
    PRIMARY KEY (channel, id)
  ) STRICT;
  `,
  `
  -- Letters from before there were copies may go with carriers like new ones, unless somebody has them. Only those have no time.
  UPDATE envelope_head SET copies = 4 WHERE created = 0 AND kind = 1 AND lane = 'own' AND copies = 1 AND handed_to = '[]';
  `,
  `
  -- Every part of every line, three characters at a time, for searching: kept in step with the lines by triggers. Those that are here are put
  -- into it after the start, the newest first (search.ts); up to \`unindexed\`, by n, they are not yet.
  CREATE VIRTUAL TABLE message_text USING fts5 (
    text, content = 'message', content_rowid = 'n', tokenize = 'trigram remove_diacritics 1'
  );
  CREATE TABLE search (unindexed INTEGER NOT NULL) STRICT;
  INSERT INTO search SELECT coalesce(max(n), 0) FROM message;
  CREATE TRIGGER message_text_insert AFTER INSERT ON message BEGIN
    INSERT INTO message_text (rowid, text) VALUES (new.n, new.text);
  END;
  CREATE TRIGGER message_text_delete AFTER DELETE ON message WHEN old.n > (SELECT unindexed FROM search) BEGIN
    INSERT INTO message_text (message_text, rowid, text) VALUES ('delete', old.n, old.text);
  END;
  CREATE TRIGGER message_text_update AFTER UPDATE OF text ON message WHEN old.n > (SELECT unindexed FROM search) BEGIN
    INSERT INTO message_text (message_text, rowid, text) VALUES ('delete', old.n, old.text);
    INSERT INTO message_text (rowid, text) VALUES (new.n, new.text);
  END;
  `,
  `
  -- What was done to lines (\`edit\`, \`delete\`, \`reaction\`) stands among them, with its place in the order, and is none: \`target\` is the line that it
  -- is about, or that a line answers. \`edited\` is the edit that counts; \`deleted\` what took a line back, or what counts in place of an amendment.
  ALTER TABLE message ADD COLUMN target TEXT;
  ALTER TABLE message ADD COLUMN edited TEXT;
  ALTER TABLE message ADD COLUMN deleted TEXT;
  CREATE INDEX message_by_target ON message (target, content, sender, rank, id) WHERE target IS NOT NULL AND deleted IS NULL;
  DROP INDEX message_by_run;
  CREATE INDEX message_by_run ON message (conversation, sender, epoch, seq, content);
  CREATE VIEW line AS SELECT * FROM message WHERE content IN ('text', 'unsupported');
  DROP INDEX message_by_rank;
  CREATE INDEX message_by_rank ON message (conversation, rank, id) WHERE content IN ('text', 'unsupported');
  -- What its author took back is not to stay in the index.
  INSERT INTO message_text (message_text, rank) VALUES ('secure-delete', 1);
  `,
  `
  -- The way of a line, for who asks: the neighbour that brought it and the bytes of its envelope; of ours the states it came to, each with
  -- its time (JSON), and who had it when its envelope left.
  ALTER TABLE message ADD COLUMN via TEXT;
  ALTER TABLE message ADD COLUMN size INTEGER;
  ALTER TABLE delivery ADD COLUMN steps TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE delivery ADD COLUMN holders TEXT NOT NULL DEFAULT '[]';
  `,
  `
  -- Conversations that give no notice, whether anything has been said in them or not.
  CREATE TABLE muted (conversation TEXT PRIMARY KEY) STRICT;
  `,
];
