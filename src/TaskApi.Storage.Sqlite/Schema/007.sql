-- Tasks that wait for others. Of a task that is done it is known, by what is in its column follows, whether something is to be done with that: those that
-- wait for it are in waits. What was too much for the transaction in which it was done is in ended.

ALTER TABLE tasks ADD COLUMN follows INTEGER;

ALTER TABLE work ADD COLUMN after BLOB;

ALTER TABLE work ADD COLUMN after_left INTEGER;

ALTER TABLE work ADD COLUMN after_at INTEGER;

-- Who was created by whom: what GET /tasks/{id}/tree and a filter on the parent ask for.
CREATE INDEX work_parent ON work (parent, sequence) WHERE parent IS NOT NULL;

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

-- Queues that count by keys (max_per_key). Their tasks wait with ready = 3 until who takes from the queue puts them into lanes, one for each key and type: then
-- with ready = 4. A lane names a task, or the place of one that has gone, before which no task of it comes. Lanes of keys that are at their bound are
-- blocked. So the first that may start is found by an index, however many others wait before it.

ALTER TABLE queues ADD COLUMN keyed INTEGER NOT NULL DEFAULT 0;

ALTER TABLE queues ADD COLUMN held INTEGER NOT NULL DEFAULT 0;

ALTER TABLE queues ADD COLUMN held_until INTEGER;

CREATE TABLE queue_lanes (
  owner    INTEGER NOT NULL,
  queue    TEXT NOT NULL,
  key      TEXT NOT NULL,
  type     TEXT NOT NULL,
  blocked  INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  due      INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (owner, queue, key, type)
) WITHOUT ROWID;

CREATE INDEX queue_lanes_first ON queue_lanes (owner, queue, priority DESC, due, sequence) WHERE blocked = 0;

CREATE INDEX queue_lanes_type ON queue_lanes (owner, queue, type, priority DESC, due, sequence) WHERE blocked = 0;

CREATE INDEX queue_lanes_blocked ON queue_lanes (owner, queue, key) WHERE blocked = 1;

CREATE INDEX work_keyed ON work (owner, queue, priority DESC, due, sequence) WHERE ready = 3;

CREATE INDEX work_key ON work (owner, queue, coalesce(key, ''), priority DESC, due, sequence) WHERE ready = 3;

CREATE INDEX work_in_lane ON work (owner, queue, priority DESC, due, sequence) WHERE ready = 4;

CREATE INDEX work_lane ON work (owner, queue, type, coalesce(key, ''), priority DESC, due, sequence) WHERE ready = 4;

CREATE INDEX work_running ON work (owner, queue, key) WHERE running = 1 AND key IS NOT NULL;
