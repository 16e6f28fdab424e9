-- Tasks that wait for others. Of a task that is done it is known, by what is in its column follows, whether something is to be done with that: those that
-- wait for it are in waits. What was too much for the transaction in which it was done is in ended.

ALTER TABLE tasks ADD COLUMN follows INTEGER;

ALTER TABLE work ADD COLUMN after BLOB;

ALTER TABLE work ADD COLUMN after_left INTEGER;

ALTER TABLE work ADD COLUMN after_at INTEGER;

CREATE TABLE waits (
  dependency INTEGER NOT NULL,
  dependant  INTEGER NOT NULL,
  PRIMARY KEY (dependency, dependant)
) WITHOUT ROWID;

CREATE TABLE ended (
  sequence INTEGER PRIMARY KEY,
  time     INTEGER NOT NULL,
  nonce    INTEGER NOT NULL,
  state    INTEGER NOT NULL,
  follows  INTEGER NOT NULL
);
