-- Numbers of events come from a sequence, and counts are appended: under a snapshot that is held for long, a row that each transaction
-- changes leaves versions behind that all who look for it have to pass; of what is appended, the dead lies at the beginning, and nobody
-- looks there. What a node of the version before looks for is there, and tells it to go.

CREATE SEQUENCE event_sequence;

SELECT setval('event_sequence', last) FROM event_numbers;

CREATE SEQUENCE events_wanted;

CREATE TABLE node_counts (
  slot      integer NOT NULL,
  owner     integer NOT NULL,
  number    bigint NOT NULL,
  created   bigint NOT NULL,
  completed bigint NOT NULL,
  cancelled bigint NOT NULL,
  failed    bigint NOT NULL,
  forgotten bigint NOT NULL,
  calls     bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

CREATE UNIQUE INDEX node_counts_latest ON node_counts (slot, owner, number DESC);

INSERT INTO node_counts SELECT 0, owners.id, 1, coalesce(sum(created), 0), coalesce(sum(completed), 0), coalesce(sum(cancelled), 0), coalesce(sum(failed), 0),
  coalesce(sum(forgotten), 0), coalesce(sum(calls), 0)
FROM owners LEFT JOIN counts ON counts.owner = owners.id GROUP BY owners.id;

DROP TABLE counts, event_numbers;

CREATE FUNCTION newer_version() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'The database has been brought up to date by a newer version of this service: replace this node by it.' USING ERRCODE = '57P03'; END $$;

CREATE VIEW counts AS SELECT 0 AS slot, 0 AS owner, newer_version() AS created, newer_version() AS completed, newer_version() AS cancelled,
  newer_version() AS failed, newer_version() AS forgotten, newer_version() AS calls;

CREATE VIEW event_numbers AS SELECT newer_version() AS last, to_timestamp(newer_version()) AS wanted;

-- Which course of the database's history this is; another after each failover or restore.
ALTER TABLE taskapi_schema ADD COLUMN history text NOT NULL DEFAULT '', ADD COLUMN epoch text NOT NULL DEFAULT gen_random_uuid()::text;
