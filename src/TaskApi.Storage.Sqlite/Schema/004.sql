-- Work. A task that has some has 8 added to its state, 16 once it has been run again, and its input in place of a message; what only work has is
-- in a row of its own, which is all that changes while it is tried. Indexes of what is finished ask for the state without what is added to it: those
-- that failed are kept for longer. The indexed expressions and conditions are those of SqliteDialect and SqliteWorkDialect, letter by letter.

CREATE TABLE work (
  sequence        INTEGER PRIMARY KEY,
  owner           INTEGER NOT NULL,
  type            TEXT NOT NULL,
  queue           TEXT NOT NULL,
  priority        INTEGER NOT NULL,
  key             TEXT,
  retry           BLOB,
  attempt_seconds REAL,
  timeout_seconds REAL,
  parent          BLOB,
  trace           BLOB,
  version         INTEGER NOT NULL,
  due             INTEGER NOT NULL,
  lag             INTEGER NOT NULL,
  ready           INTEGER,
  alarm           INTEGER,
  running         INTEGER NOT NULL,
  attempt         INTEGER NOT NULL,
  errors          INTEGER NOT NULL,
  losses          INTEGER NOT NULL,
  worker          BLOB,
  started         INTEGER,
  secret          BLOB,
  lease_ms        INTEGER,
  lease_until     INTEGER,
  limit_at        INTEGER,
  beat            INTEGER,
  reason          BLOB,
  detail          BLOB,
  grace_until     INTEGER,
  grace_at        INTEGER,
  cancel_seen     INTEGER NOT NULL,
  progress        BLOB,
  result          BLOB,
  attempts        BLOB
);

CREATE INDEX work_queue ON work (owner, queue, priority DESC, due, sequence) WHERE ready = 1;

CREATE INDEX work_type ON work (type, priority DESC, due, sequence) WHERE ready = 1;

CREATE INDEX work_alarm ON work (alarm) WHERE alarm IS NOT NULL;

CREATE INDEX work_beat ON work (beat) WHERE beat IS NOT NULL;

CREATE INDEX work_shifted ON work (sequence) WHERE lag NOT BETWEEN -100 AND 100;

CREATE TABLE beats (
  id       INTEGER PRIMARY KEY,
  owner    INTEGER,
  worker   BLOB NOT NULL,
  until    INTEGER NOT NULL,
  lease_ms INTEGER
);

CREATE INDEX beats_worker ON beats (owner, worker);

CREATE INDEX beats_until ON beats (until);

DROP INDEX tasks_gone;

CREATE INDEX tasks_gone ON tasks (finished + drift) WHERE (state & 7) BETWEEN 1 AND 2;

CREATE INDEX tasks_failed ON tasks (finished + drift) WHERE (state & 7) = 3;

CREATE TRIGGER work_forgotten AFTER DELETE ON tasks WHEN old.state >= 8 BEGIN DELETE FROM work WHERE sequence = old.sequence; END;

ALTER TABLE owners ADD COLUMN running INTEGER NOT NULL DEFAULT 0;

ALTER TABLE owners ADD COLUMN retried INTEGER NOT NULL DEFAULT 0;

ALTER TABLE owners ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;

ALTER TABLE ledger ADD COLUMN forgotten_failed INTEGER NOT NULL DEFAULT 0;
