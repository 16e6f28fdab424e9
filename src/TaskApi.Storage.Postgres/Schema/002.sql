-- Until when nodes want to be told of all events, and not of final states only.

ALTER TABLE event_numbers ADD COLUMN wanted timestamptz NOT NULL DEFAULT '-infinity';
