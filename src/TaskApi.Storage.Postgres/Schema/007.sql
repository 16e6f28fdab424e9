-- Tasks that wait for others. Of a task that is done it is known, by what is in its column follows, whether something is to be done with that: those that
-- wait for it are in waits. What was too much for the transaction in which it was done, or held by another one, is in ended.

ALTER TABLE all_tasks ADD COLUMN follows integer;

ALTER TABLE work ADD COLUMN after bytea, ADD COLUMN after_left integer, ADD COLUMN after_at bigint;

-- Who was created by whom: what GET /tasks/{id}/tree and a filter on the parent ask for.
CREATE INDEX work_parent ON work (parent, sequence) WHERE parent IS NOT NULL;

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
BEGIN
  EXECUTE format('ALTER FUNCTION taskapi_ended SET search_path = %I, pg_temp', current_schema());
END
$$;

REVOKE ALL ON FUNCTION taskapi_ended, taskapi_waits FROM PUBLIC;

-- Tasks of type http, which call a URL, can be created in transactions of programs, too. Of the input only the URL is looked at here: what else is wrong with it
-- fails the first attempt, and with that the task.
CREATE FUNCTION taskapi_call_retry(retry json) RETURNS json LANGUAGE sql IMMUTABLE AS $$
  SELECT ('{"maxAttempts": 8, "initialSeconds": 5, "factor": 3, "maxSeconds": 21600}'::jsonb || coalesce(jsonb_strip_nulls(retry::jsonb), '{}'))::json
$$;

CREATE OR REPLACE FUNCTION taskapi_create(
  message text DEFAULT NULL, type text DEFAULT NULL, input json DEFAULT NULL, queue text DEFAULT NULL, priority integer DEFAULT NULL, key text DEFAULT NULL,
  retry json DEFAULT NULL, attempt_seconds double precision DEFAULT NULL, delay_seconds double precision DEFAULT NULL, due_at timestamptz DEFAULT NULL,
  timeout_seconds double precision DEFAULT NULL, name text DEFAULT NULL, group_name text DEFAULT NULL, owner text DEFAULT '')
RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET lock_timeout = '3s' AS $$
#variable_conflict use_column
DECLARE
  label CONSTANT text := '^[A-Za-z0-9._:-]{1,128}$';
  year CONSTANT integer := 31536000;
  given CONSTANT text := input::text;
  bound record;
  broken text;
  exact numeric;
  now bigint;
  due bigint;
  offset_ms bigint;
  delay double precision;
  tick bigint;
  timeout bigint;
  number bigint;
  nonce bigint;
  owned integer;
  ready integer;
BEGIN
  SELECT max_pending, max_input INTO bound FROM taskapi_schema;
  broken := CASE
    WHEN (message IS NULL) = (type IS NULL) THEN 'either message or type is required, and not both'
    WHEN type IS NULL AND (given IS NOT NULL OR queue IS NOT NULL OR priority IS NOT NULL OR key IS NOT NULL OR retry IS NOT NULL OR attempt_seconds IS NOT NULL)
      THEN 'input, queue, priority, key, retry and attempt_seconds go only with a type'
    WHEN length(message) + length(regexp_replace(message, '[^\U00010000-\U0010FFFF]', '', 'g')) NOT BETWEEN 1 AND 4096 THEN 'message must have 1 to 4096 UTF-16 units'
    WHEN type !~ '^[A-Za-z][A-Za-z0-9._-]{0,127}$' THEN 'type must begin with a letter and have at most 128 of the characters A-Z a-z 0-9 . _ -'
    WHEN type IN ('message', 'gather', 'future') THEN 'type must not be message, gather or future'
    WHEN octet_length(given) > bound.max_input THEN format('input must have at most %s bytes', bound.max_input)
    WHEN given ~ '[\[{]' AND NOT taskapi_is_plain(input) THEN 'input must have no property twice, and at most 60 levels'
    WHEN type = 'http' AND (given !~ '^\s*\{' OR coalesce(input ->> 'url', '') !~* '^https?://[^/]') THEN 'input must be an object with an absolute url of http or https: the type is http'
    WHEN queue !~ label THEN 'queue must have 1 to 128 of the characters A-Z a-z 0-9 . _ : -'
    WHEN key !~ label THEN 'key must have 1 to 128 of the characters A-Z a-z 0-9 . _ : -'
    WHEN group_name !~ label THEN 'group_name must have 1 to 128 of the characters A-Z a-z 0-9 . _ : -'
    WHEN priority NOT BETWEEN -100 AND 100 THEN 'priority must be from -100 to 100'
    WHEN NOT (attempt_seconds > 0 AND attempt_seconds <= year) THEN 'attempt_seconds must be above 0 and at most 31536000'
    WHEN NOT (timeout_seconds > 0 AND timeout_seconds <= year) THEN 'timeout_seconds must be above 0 and at most 31536000'
    WHEN NOT (delay_seconds >= 0 AND delay_seconds <= year) THEN 'delay_seconds must be from 0 to 31536000'
    WHEN delay_seconds IS NOT NULL AND due_at IS NOT NULL THEN 'at most one of delay_seconds and due_at goes'
    WHEN due_at > clock_timestamp() + interval '365 days' THEN 'due_at must be at most 365 days ahead'
    WHEN due_at < '1970-01-01T00:00:00Z' THEN 'due_at must not be before 1970'
    WHEN length(name) NOT BETWEEN 1 AND 128 THEN 'name must have 1 to 128 characters'
    WHEN owner IS NULL THEN 'owner must be the name of an API key, or empty where there are none'
    ELSE taskapi_broken_retry(retry)
  END;
  IF broken IS NOT NULL THEN RAISE EXCEPTION 'taskapi_create: %', broken USING ERRCODE = 'invalid_parameter_value'; END IF;
  IF taskapi_pending() >= bound.max_pending THEN
    RAISE EXCEPTION 'taskapi_create: too many tasks are pending (Tasks:MaxPending)' USING ERRCODE = 'configuration_limit_exceeded';
  END IF;

  -- As the nodes do: in whole milliseconds, rounded up, so that nothing is due too early.
  exact := extract(epoch FROM clock_timestamp()) * 1000;
  now := floor(exact);
  due := CASE WHEN due_at IS NULL THEN now + ceil(coalesce(delay_seconds, 0)::numeric * 1000) ELSE ceil(extract(epoch FROM due_at) * 1000) END;
  offset_ms := CASE WHEN due > now THEN 1 ELSE 0 END;
  tick := due + offset_ms;
  delay := nullif(CASE WHEN due_at IS NULL THEN coalesce(delay_seconds, 0) ELSE greatest(0, due - now) / 1000.0 END, (due - now) / 1000.0);
  timeout := ceil(exact + timeout_seconds::numeric * 1000);
  owned := (SELECT id FROM owners WHERE owners.name = convert_to(owner, 'UTF8'));
  IF owned IS NULL THEN
    INSERT INTO owners (name) VALUES (convert_to(owner, 'UTF8')) ON CONFLICT (name) DO NOTHING RETURNING id INTO owned;
    IF owned IS NULL THEN owned := (SELECT id FROM owners WHERE owners.name = convert_to(owner, 'UTF8')); END IF;
  END IF;
  number := nextval('task_numbers');
  nonce := ('x' || right(gen_random_uuid()::text, 8))::bit(32)::bigint & 1073741823;
  ready := CASE WHEN type IS NOT NULL AND due <= now THEN 1 END;

  INSERT INTO all_tasks (sequence, nonce, created, skew, due, lag, delay, timeout, owner, state, version, name, grp, message)
  VALUES (number, nonce, now, 0, due, offset_ms, delay, timeout, owned, CASE WHEN type IS NULL THEN 0 ELSE 8 END, 0, convert_to(name, 'UTF8'), group_name,
    convert_to(coalesce(message, given, ''), 'UTF8'));
  IF type IS NOT NULL THEN
    INSERT INTO work (sequence, owner, type, queue, priority, key, retry, attempt_seconds, timeout_seconds, version, due, lag, ready, alarm, running, attempt, errors, losses, cancel_seen)
    VALUES (number, owned, type, coalesce(queue, type), coalesce(priority, 0), key, taskapi_retry(CASE WHEN type = 'http' THEN taskapi_call_retry(retry) ELSE retry END), coalesce(attempt_seconds, CASE type WHEN 'http' THEN 3600 END), timeout_seconds, 0, due, offset_ms, ready,
      CASE WHEN ready IS NULL THEN least(tick, timeout) ELSE timeout END, 0, 0, 0, 0, 0);
  END IF;
  INSERT INTO outbox VALUES (pg_current_xact_id(), number, owned, least(tick, timeout), CASE WHEN ready = 1 THEN coalesce(queue, type) END, CASE WHEN ready = 1 THEN type END);
  -- A UUID v7: 48 bits of time, 44 of the number, 30 that nobody can guess.
  RETURN (lpad(to_hex(now), 12, '0') || '7' || lpad(to_hex(number >> 32), 3, '0')
    || lpad(to_hex((1::bigint << 63) | ((number & 4294967295) << 30) | nonce), 16, '0'))::uuid;
END
$$;

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION taskapi_create SET search_path = %I, pg_temp', current_schema());
END
$$;

REVOKE ALL ON FUNCTION taskapi_call_retry FROM PUBLIC;

-- Queues that count by keys (max_per_key). Their tasks wait with ready = 3 until who takes from the queue puts them into lanes, one for each key and type: then
-- with ready = 4. A lane names a task, or the place of one that has gone, before which no task of it comes. Lanes of keys that are at their bound are
-- blocked. So the first that may start is found by an index, however many others wait before it. Who changes lanes has the queue's lock.

ALTER TABLE queues
  ADD COLUMN keyed bigint NOT NULL DEFAULT 0,
  ADD COLUMN held bigint NOT NULL DEFAULT 0,
  ADD COLUMN held_until bigint;

CREATE TABLE queue_lanes (
  owner    integer NOT NULL,
  queue    text COLLATE "C" NOT NULL,
  key      text NOT NULL,
  type     text COLLATE "C" NOT NULL,
  blocked  integer NOT NULL,
  priority integer NOT NULL,
  due      bigint NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (owner, queue, key, type)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX queue_lanes_first ON queue_lanes (owner, queue, priority DESC, due, sequence) WHERE blocked = 0;

CREATE INDEX queue_lanes_type ON queue_lanes (owner, queue, type, priority DESC, due, sequence) WHERE blocked = 0;

CREATE INDEX queue_lanes_blocked ON queue_lanes (owner, queue, key) WHERE blocked = 1;

CREATE INDEX work_keyed ON work (owner, queue, priority DESC, due, sequence) WHERE ready = 3;

CREATE INDEX work_key ON work (owner, queue, coalesce(key, ''), priority DESC, due, sequence) WHERE ready = 3;

CREATE INDEX work_in_lane ON work (owner, queue, priority DESC, due, sequence) WHERE ready = 4;

CREATE INDEX work_lane ON work (owner, queue, type, coalesce(key, ''), priority DESC, due, sequence) WHERE ready = 4;

-- Roles that nodes run under keep the rights that they were given.
DO $$
DECLARE
  given record;
BEGIN
  FOR given IN SELECT grantee::regrole AS role, string_agg(privilege_type, ', ') AS rights
    FROM pg_class, aclexplode(relacl) WHERE pg_class.oid = 'all_tasks'::regclass AND grantee <> 0 AND privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE') GROUP BY grantee
  LOOP
    EXECUTE format('GRANT %s ON waits, ended, queue_lanes TO %s', given.rights, given.role);
  END LOOP;
END
$$;
