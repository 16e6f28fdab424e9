-- Gathers: tasks that wait for others, their members. How far one has come is in gathers, so that counting a member costs the same however many there are; what
-- became of a member is in members until the gather ends, since the member may be forgotten before. Each end of a member, or of a gather, is in ended_members
-- until somebody has seen to it: mostly in the same transaction. What is to be done about a gather itself is in gathers, with due = 1.

CREATE TABLE gathers (
  sequence    bigint PRIMARY KEY,
  time        bigint NOT NULL,
  nonce       bigint NOT NULL,
  rules       integer NOT NULL,
  waiting     integer NOT NULL,
  bytes       bigint NOT NULL,
  failed_at   integer,
  cancel_from integer,
  phase       integer NOT NULL,
  due         integer NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX gathers_due ON gathers (sequence) WHERE due = 1;

CREATE TABLE members (
  gather   bigint NOT NULL,
  position integer NOT NULL,
  member   bigint NOT NULL,
  id       uuid NOT NULL,
  state    integer,
  value    bytea,
  PRIMARY KEY (gather, position)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX members_open ON members (member, gather, position) WHERE state IS NULL;

CREATE TABLE ended_members (
  sequence bigint NOT NULL,
  time     bigint NOT NULL,
  nonce    bigint NOT NULL,
  state    integer NOT NULL,
  follows  integer NOT NULL,
  PRIMARY KEY (sequence, state)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);

-- By the database itself: a node of the version before knows nothing of this, and what is claimed is claimed by sets.
CREATE FUNCTION taskapi_member_ended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO ended_members VALUES (NEW.sequence, NEW.created + NEW.skew, NEW.nonce, NEW.state & 7, OLD.follows & 14) ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

CREATE TRIGGER member_ended AFTER UPDATE OF state ON all_tasks FOR EACH ROW
  WHEN (OLD.follows & 14 <> 0 AND NEW.finished IS NOT NULL AND OLD.finished IS NULL) EXECUTE FUNCTION taskapi_member_ended();

-- Of those that others wait for alone.
DROP TRIGGER task_ended ON all_tasks;

CREATE TRIGGER task_ended AFTER UPDATE OF state ON all_tasks FOR EACH ROW
  WHEN (NEW.follows & 1 <> 0 AND NEW.finished IS NOT NULL AND OLD.finished IS NULL) EXECUTE FUNCTION taskapi_ended();

-- What is called when a task is done, beside the tasks, for few have it: its column follows has a bit for it (16). It is kept for as long as the task is. Nodes of
-- this version create the task that calls in the transaction that ends the other. One of the version before knows nothing of that: what it has ended is left to be
-- done (state 1) to those of this version, and is not forgotten before.

CREATE TABLE callbacks (
  sequence bigint PRIMARY KEY,
  ends     integer NOT NULL,
  target   bytea NOT NULL,
  state    integer NOT NULL DEFAULT 0
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX callbacks_owed ON callbacks (sequence) WHERE state = 1;

CREATE FUNCTION taskapi_callback() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  UPDATE callbacks SET state = 1 WHERE sequence = NEW.sequence AND state = 0;
  IF (NEW.follows & 16) IS DISTINCT FROM 16 THEN
    UPDATE all_tasks SET follows = coalesce(follows, 0) | 16 WHERE sequence = NEW.sequence;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER task_callback AFTER UPDATE OF state ON all_tasks FOR EACH ROW
  WHEN (OLD.follows & 16 <> 0 AND NEW.finished IS NOT NULL AND OLD.finished IS NULL) EXECUTE FUNCTION taskapi_callback();

CREATE FUNCTION taskapi_callback_forgotten() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  IF EXISTS (SELECT FROM callbacks WHERE sequence = OLD.sequence AND state = 1) THEN RETURN NULL; END IF;
  DELETE FROM callbacks WHERE sequence = OLD.sequence;
  RETURN OLD;
END
$$;

CREATE TRIGGER task_callback_forgotten BEFORE DELETE ON all_tasks FOR EACH ROW WHEN (OLD.follows & 16 <> 0) EXECUTE FUNCTION taskapi_callback_forgotten();

-- What was made above: its functions look into this schema alone, and roles that nodes run under keep the rights that they were given.
DO $$
DECLARE
  given record;
BEGIN
  EXECUTE format('ALTER FUNCTION taskapi_member_ended SET search_path = %I, pg_temp', current_schema());
  EXECUTE format('ALTER FUNCTION taskapi_callback SET search_path = %I, pg_temp', current_schema());
  EXECUTE format('ALTER FUNCTION taskapi_callback_forgotten SET search_path = %I, pg_temp', current_schema());
  FOR given IN SELECT grantee::regrole AS role, string_agg(privilege_type, ', ') AS rights
    FROM pg_class, aclexplode(relacl) WHERE pg_class.oid = 'all_tasks'::regclass AND grantee <> 0 AND privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE') GROUP BY grantee
  LOOP
    EXECUTE format('GRANT %s ON gathers, members, ended_members, callbacks TO %s', given.rights, given.role);
  END LOOP;
END
$$;

REVOKE ALL ON FUNCTION taskapi_member_ended, taskapi_callback, taskapi_callback_forgotten FROM PUBLIC;
