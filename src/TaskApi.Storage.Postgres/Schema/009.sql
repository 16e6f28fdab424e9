-- By type: what a process runs itself it asks for by its types, whatever queue they are in. If the statistics say that a type is common, the planner would rather read
-- all that waits by the index of queues and sort what it has found. So these say in words of their own which tasks they hold: 0 + ready. Statements that say the same have no other
-- index to follow, and those that say ready = 1, 2 or 3 don't take these for theirs.

DROP INDEX work_type;

CREATE INDEX work_by_type ON work (type, priority DESC, due, sequence) WHERE 0 + ready = 1;

CREATE INDEX work_bounded_type ON work (owner, queue, type, priority DESC, due, sequence) WHERE 0 + ready = 2;

CREATE INDEX work_keyed_type ON work (owner, queue, type) WHERE 0 + ready = 3;
