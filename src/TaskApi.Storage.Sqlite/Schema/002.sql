-- Calls with a key are kept with the tasks they created.

CREATE TABLE calls (
  id     INTEGER PRIMARY KEY,
  key    BLOB NOT NULL UNIQUE,
  body   BLOB NOT NULL,
  since  INTEGER NOT NULL,
  waits  INTEGER NOT NULL,
  tasks  BLOB NOT NULL,
  answer BLOB
);

CREATE INDEX calls_since ON calls (since);

ALTER TABLE ledger ADD COLUMN calls INTEGER NOT NULL DEFAULT 0;
