-- Gathers: tasks that wait for others, their members. How far one has come is in gathers, so that counting a member costs the same however many there are; what
-- became of a member is in members until the gather ends, since the member may be forgotten before. What was too much for one transaction is in
-- ended_members, and in gathers with due = 1.

CREATE TABLE gathers (
  sequence    INTEGER PRIMARY KEY,
  time        INTEGER NOT NULL,
  nonce       INTEGER NOT NULL,
  rules       INTEGER NOT NULL,
  waiting     INTEGER NOT NULL,
  bytes       INTEGER NOT NULL,
  failed_at   INTEGER,
  cancel_from INTEGER,
  phase       INTEGER NOT NULL,
  due         INTEGER NOT NULL
);

CREATE INDEX gathers_due ON gathers (sequence) WHERE due = 1;

CREATE TABLE members (
  gather   INTEGER NOT NULL,
  position INTEGER NOT NULL,
  member   INTEGER NOT NULL,
  id       BLOB NOT NULL,
  state    INTEGER,
  value    BLOB,
  PRIMARY KEY (gather, position)
) WITHOUT ROWID;

CREATE INDEX members_open ON members (member, gather, position) WHERE state IS NULL;

CREATE TABLE ended_members (
  sequence INTEGER NOT NULL,
  time     INTEGER NOT NULL,
  nonce    INTEGER NOT NULL,
  state    INTEGER NOT NULL,
  follows  INTEGER NOT NULL,
  PRIMARY KEY (sequence, state)
) WITHOUT ROWID;

-- What is called when a task is done, beside the tasks, for few have it: its column follows has a bit for it. It is kept for as long as the task is.

CREATE TABLE callbacks (
  sequence INTEGER PRIMARY KEY,
  ends     INTEGER NOT NULL,
  target   BLOB NOT NULL
);

CREATE TRIGGER callback_forgotten AFTER DELETE ON tasks WHEN old.follows & 16 BEGIN DELETE FROM callbacks WHERE sequence = old.sequence; END;
