-- Queues: what bounds them; how many of their tasks aren't done, to which each slot adds in rows of its own; and how many were started when, where a
-- rate bounds that. A task that waits for its turn in a bounded queue has ready = 2, so that nobody finds it who doesn't ask for that queue. Who
-- takes from one has its lock (WorkSql.LockQueues), and counts those that run by an index: so no count can be lost with a node.

CREATE TABLE queues (
  owner        integer NOT NULL,
  name         text COLLATE "C" NOT NULL,
  max_running  bigint,
  max_per_key  bigint,
  rate_count   bigint,
  rate_seconds double precision,
  paused       bigint NOT NULL,
  paused_until bigint,
  leaving      bigint NOT NULL,
  PRIMARY KEY (owner, name)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);

CREATE TABLE queue_counts (
  owner   integer NOT NULL,
  queue   text COLLATE "C" NOT NULL,
  slot    integer NOT NULL,
  pending bigint NOT NULL,
  ready   bigint NOT NULL,
  running bigint NOT NULL,
  PRIMARY KEY (owner, queue, slot)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);

INSERT INTO queue_counts
SELECT work.owner, queue, -1, count(*) FILTER (WHERE ready IS NULL AND running = 0), count(ready), count(*) FILTER (WHERE running = 1)
FROM work JOIN all_tasks USING (sequence) WHERE state = 8 GROUP BY work.owner, queue;

CREATE TABLE queue_starts (
  owner  integer NOT NULL,
  queue  text COLLATE "C" NOT NULL,
  at     bigint NOT NULL,
  starts bigint NOT NULL,
  PRIMARY KEY (owner, queue, at)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX work_bounded ON work (owner, queue, priority DESC, due, sequence) WHERE ready = 2;

CREATE INDEX work_running ON work (owner, queue, key) WHERE running = 1;

-- How often something has been set of a queue: by it nodes notice that they have to look.
ALTER TABLE taskapi_schema ADD COLUMN queue_changes bigint NOT NULL DEFAULT 0;

-- What programs create by taskapi_create counts for their queues, too, in rows that no node adds to. In the order of queues, so that no two wait for
-- each other. It is told after that: by outbox_told, which comes later in the alphabet, and empties the outbox.
CREATE FUNCTION taskapi_count() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET lock_timeout = '3s' AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM outbox WHERE xact = NEW.xact AND sequence = NEW.sequence) THEN RETURN NULL; END IF;
  INSERT INTO queue_counts
  SELECT work.owner, work.queue, -1, count(*) FILTER (WHERE ready IS NULL), count(ready), 0
  FROM outbox JOIN work USING (sequence) WHERE xact = pg_current_xact_id() GROUP BY work.owner, work.queue ORDER BY work.owner, work.queue
  ON CONFLICT (owner, queue, slot) DO UPDATE SET pending = queue_counts.pending + excluded.pending, ready = queue_counts.ready + excluded.ready;
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER outbox_counted AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION taskapi_count();

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION taskapi_count SET search_path = %I, pg_temp', current_schema());
END
$$;

REVOKE ALL ON FUNCTION taskapi_count FROM PUBLIC;

-- Who has called any of the nodes for work: a row for each worker, written now and then, and deleted a minute after its last call.
CREATE TABLE workers (
  owner  integer NOT NULL,
  worker bytea NOT NULL,
  queues text,
  seen   bigint NOT NULL,
  PRIMARY KEY (owner, worker)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);

-- Roles that nodes run under keep the rights that they were given.
DO $$
DECLARE
  given record;
BEGIN
  FOR given IN SELECT grantee::regrole AS role, string_agg(privilege_type, ', ') AS rights
    FROM pg_class, aclexplode(relacl) WHERE pg_class.oid = 'all_tasks'::regclass AND grantee <> 0 AND privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE') GROUP BY grantee
  LOOP
    EXECUTE format('GRANT %s ON queues, queue_counts, queue_starts, workers TO %s', given.rights, given.role);
  END LOOP;
END
$$;

-- Tasks that are to be the only ones with a key of their owner's, as long as they aren't done.
ALTER TABLE work ADD COLUMN unique_key bytea;

CREATE INDEX work_unique ON work (owner, unique_key) WHERE unique_key IS NOT NULL;
