-- Tasks that wait for others. Of a task that is done it is known, by what is in its column follows, whether something is to be done with that: those that
-- wait for it are in waits. What was too much for the transaction in which it was done, or held by another one, is in ended.

ALTER TABLE all_tasks ADD COLUMN follows integer;

ALTER TABLE work ADD COLUMN after bytea, ADD COLUMN after_left integer, ADD COLUMN after_at bigint;

CREATE TABLE waits (
  dependency bigint NOT NULL,
  dependant  bigint NOT NULL,
  PRIMARY KEY (dependency, dependant)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

CREATE TABLE ended (
  sequence bigint PRIMARY KEY,
  time     bigint NOT NULL,
  nonce    bigint NOT NULL,
  state    integer NOT NULL,
  follows  integer NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);

-- What is claimed by sets, and what a node of the version before ends, which knows nothing of this: nodes of this version see to what follows.
CREATE FUNCTION taskapi_ended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO ended VALUES (NEW.sequence, NEW.created + NEW.skew, NEW.nonce, NEW.state & 7, NEW.follows) ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

CREATE TRIGGER task_ended AFTER UPDATE OF state ON all_tasks FOR EACH ROW
  WHEN (NEW.follows IS NOT NULL AND NEW.finished IS NOT NULL AND OLD.finished IS NULL) EXECUTE FUNCTION taskapi_ended();

-- A node of the version before finds a task that waits due at the end of time, and can start it only if somebody changes that there.
CREATE FUNCTION taskapi_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.ready := NULL;
  NEW.due := OLD.due;
  NEW.lag := OLD.lag;
  NEW.alarm := OLD.alarm;
  RETURN NEW;
END
$$;

CREATE TRIGGER work_waits BEFORE UPDATE OF due ON work FOR EACH ROW
  WHEN (NEW.after_left > 0 AND OLD.after_left > 0 AND NEW.due < OLD.due) EXECUTE FUNCTION taskapi_waits();

DO $$
DECLARE
  given record;
BEGIN
  EXECUTE format('ALTER FUNCTION taskapi_ended SET search_path = %I, pg_temp', current_schema());
  -- Roles that nodes run under keep the rights that they were given.
  FOR given IN SELECT grantee::regrole AS role, string_agg(privilege_type, ', ') AS rights
    FROM pg_class, aclexplode(relacl) WHERE pg_class.oid = 'all_tasks'::regclass AND grantee <> 0 AND privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE') GROUP BY grantee
  LOOP
    EXECUTE format('GRANT %s ON waits, ended TO %s', given.rights, given.role);
  END LOOP;
END
$$;

REVOKE ALL ON FUNCTION taskapi_ended, taskapi_waits FROM PUBLIC;
