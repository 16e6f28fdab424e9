-- What the process runs itself it asks for by its types: those of a bounded queue, however many others wait in it.

CREATE INDEX work_bounded_type ON work (owner, queue, type, priority DESC, due, sequence) WHERE ready = 2;
