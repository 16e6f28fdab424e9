-- Schedules. Owners go by their names. Instants are exact, in units of 100 ns since 1970: what comes after one is looked for from there. What was
-- asked for is JSON. Conditions of indexes are those of ScheduleReads.

CREATE TABLE schedules (
  owner      bytea NOT NULL,
  name       text COLLATE "C" NOT NULL,
  anchor     bigint NOT NULL,
  cursor     bigint NOT NULL,
  next_at    bigint,
  waiting    bigint,
  last_at    bigint,
  last_task  bytea,
  created    bigint NOT NULL,
  updated    bigint NOT NULL,
  revision   bigint NOT NULL,
  definition bytea NOT NULL,
  PRIMARY KEY (owner, name)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX schedules_next ON schedules (next_at) WHERE next_at IS NOT NULL;

CREATE INDEX schedules_waiting ON schedules (waiting) WHERE waiting IS NOT NULL;

-- How many there are.
ALTER TABLE taskapi_schema ADD COLUMN schedules bigint NOT NULL DEFAULT 0;

-- The occurrence that made a task.
ALTER TABLE work ADD COLUMN schedule text COLLATE "C", ADD COLUMN schedule_at bigint;

-- Roles that nodes run under keep the rights that they were given.
DO $$
DECLARE
  given record;
BEGIN
  FOR given IN SELECT grantee::regrole AS role, string_agg(privilege_type, ', ') AS rights
    FROM pg_class, aclexplode(relacl) WHERE pg_class.oid = 'all_tasks'::regclass AND grantee <> 0 AND privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE') GROUP BY grantee
  LOOP
    EXECUTE format('GRANT %s ON schedules TO %s', given.rights, given.role);
  END LOOP;
END
$$;
