-- Queues: what bounds them, by the numbers of their owners; how many of their tasks aren't done; and how many were started when, where a rate bounds
-- that. A task that waits for its turn in a bounded queue has ready = 2, so that nobody finds it who doesn't ask for that queue. The indexed
-- conditions are those of SqliteWorkDialect, letter by letter.

CREATE TABLE queues (
  owner        INTEGER NOT NULL,
  name         TEXT NOT NULL,
  max_running  INTEGER,
  max_per_key  INTEGER,
  rate_count   INTEGER,
  rate_seconds REAL,
  paused       INTEGER NOT NULL,
  paused_until INTEGER,
  leaving      INTEGER NOT NULL,
  PRIMARY KEY (owner, name)
) WITHOUT ROWID;

CREATE TABLE queue_counts (
  owner   INTEGER NOT NULL,
  queue   TEXT NOT NULL,
  pending INTEGER NOT NULL,
  ready   INTEGER NOT NULL,
  running INTEGER NOT NULL,
  PRIMARY KEY (owner, queue)
) WITHOUT ROWID;

INSERT INTO queue_counts
SELECT work.owner, queue, sum(ready IS NULL AND running = 0), sum(ready IS NOT NULL), sum(running) FROM work JOIN tasks USING (sequence) WHERE state = 8 GROUP BY work.owner, queue;

CREATE TABLE queue_starts (
  owner  INTEGER NOT NULL,
  queue  TEXT NOT NULL,
  at     INTEGER NOT NULL,
  starts INTEGER NOT NULL,
  PRIMARY KEY (owner, queue, at)
) WITHOUT ROWID;

CREATE INDEX work_bounded ON work (owner, queue, priority DESC, due, sequence) WHERE ready = 2;

-- Tasks that are to be the only ones with a key of their owner's, as long as they aren't done.
ALTER TABLE work ADD COLUMN unique_key BLOB;

CREATE INDEX work_unique ON work (owner, unique_key) WHERE unique_key IS NOT NULL;
