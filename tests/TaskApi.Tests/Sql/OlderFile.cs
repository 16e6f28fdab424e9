namespace TaskApi.Tests.Sql;

/// <summary>Makes of a file one as earlier versions wrote it.</summary>
internal static class OlderFile
{
    /// <summary>The statements that lead from the newest schema back to version 3.</summary>
    public const string Version3 = """
        DROP TRIGGER callback_forgotten; DROP TABLE callbacks; DROP TABLE gathers; DROP TABLE members; DROP TABLE ended_members; DROP TABLE queue_lanes; DROP TABLE waits; DROP TABLE ended; ALTER TABLE tasks DROP COLUMN follows;
        DROP TABLE queues; DROP TABLE queue_counts; DROP TABLE queue_starts; DROP TABLE schedules; DROP TRIGGER work_forgotten; DROP TABLE work; DROP TABLE beats; DROP INDEX tasks_gone; DROP INDEX tasks_failed;
        CREATE INDEX tasks_gone ON tasks (finished + drift) WHERE state <> 0;
        ALTER TABLE owners DROP COLUMN running; ALTER TABLE owners DROP COLUMN retried; ALTER TABLE owners DROP COLUMN lost;
        ALTER TABLE ledger DROP COLUMN forgotten_failed; PRAGMA user_version = 3;
        """;
}
