-- A pending task costs a row and an entry in one index. In a row, what is null, 0 or 1 takes no bytes but the one that says so,
-- which is why so much is kept as a difference.
-- The indexed expressions are those of SqliteDialect, letter by letter: otherwise no statement uses them.

CREATE TABLE tasks (
  sequence INTEGER PRIMARY KEY,
  nonce    INTEGER NOT NULL,
  created  INTEGER NOT NULL,
  skew     INTEGER NOT NULL,
  due      INTEGER NOT NULL,
  lag      INTEGER NOT NULL,
  delay    REAL,
  timeout  INTEGER,
  owner    INTEGER NOT NULL,
  state    INTEGER NOT NULL,
  version  INTEGER NOT NULL,
  finished INTEGER,
  drift    INTEGER,
  zone     INTEGER,
  reason   TEXT,
  detail   BLOB,
  name     BLOB,
  grp      TEXT,
  message  BLOB NOT NULL
);

CREATE INDEX tasks_wake ON tasks (coalesce(min(due + lag, timeout), due + lag)) WHERE state = 0;

CREATE INDEX tasks_gone ON tasks (finished + drift) WHERE state <> 0;

CREATE INDEX tasks_group ON tasks (owner, grp) WHERE grp IS NOT NULL;

CREATE INDEX tasks_name ON tasks (owner, name) WHERE name IS NOT NULL;

CREATE INDEX tasks_owner ON tasks (owner) WHERE owner <> 0;

CREATE INDEX tasks_shifted ON tasks (sequence) WHERE lag NOT BETWEEN -100 AND 100 OR drift NOT BETWEEN -100 AND 100;

CREATE TABLE owners (
  id        INTEGER PRIMARY KEY,
  name      BLOB NOT NULL UNIQUE,
  created   INTEGER NOT NULL,
  completed INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  failed    INTEGER NOT NULL
);

CREATE TABLE ledger (id INTEGER PRIMARY KEY CHECK (id = 1), last_sequence INTEGER NOT NULL, last_id_time INTEGER NOT NULL, forgotten INTEGER NOT NULL);

INSERT INTO ledger VALUES (1, 0, 0, 0);
