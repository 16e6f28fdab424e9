-- Schedules. Owners go by their names. Instants are exact, in units of 100 ns since 1970: what comes after one is looked for from there. What was
-- asked for is JSON, in the last column, since it may be long. Conditions of indexes are those of ScheduleReads.

CREATE TABLE schedules (
  owner      BLOB NOT NULL,
  name       TEXT NOT NULL,
  anchor     INTEGER NOT NULL,
  cursor     INTEGER NOT NULL,
  next_at    INTEGER,
  waiting    INTEGER,
  last_at    INTEGER,
  last_task  BLOB,
  created    INTEGER NOT NULL,
  updated    INTEGER NOT NULL,
  revision   INTEGER NOT NULL,
  definition BLOB NOT NULL,
  PRIMARY KEY (owner, name)
);

CREATE INDEX schedules_next ON schedules (next_at) WHERE next_at IS NOT NULL;

CREATE INDEX schedules_waiting ON schedules (waiting) WHERE waiting IS NOT NULL;

-- The occurrence that made a task.
ALTER TABLE work ADD COLUMN schedule TEXT;

ALTER TABLE work ADD COLUMN schedule_at INTEGER;
