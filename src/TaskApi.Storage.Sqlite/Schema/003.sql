-- Who has no key is an owner of the schema. How long something has been kept is counted by a clock that goes on over restarts.

INSERT OR IGNORE INTO owners VALUES (0, x'', 0, 0, 0, 0);

ALTER TABLE ledger ADD COLUMN lag INTEGER NOT NULL DEFAULT 0;

ALTER TABLE ledger ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;

UPDATE tasks SET drift = 0 WHERE (lag NOT BETWEEN -100 AND 100 OR drift NOT BETWEEN -100 AND 100) AND drift IS NOT NULL;
