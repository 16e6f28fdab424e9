using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres.Sql;

/// <summary>The schedules. What a transaction does to many is one statement whose parameters are arrays.</summary>
internal static class ScheduleSql
{
    private const string Wanted = $"SELECT {ScheduleRow.Columns} FROM schedules JOIN unnest($1, $2) AS wanted (owner, name) USING (owner, name) ORDER BY owner, name FOR UPDATE OF schedules";

    /// <summary>Lets one transaction after the other ask for something else with schedules: so no two create the same, nor more than there may be.</summary>
    public const string Lock = "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.schedules')::bigint)";

    /// <summary>How many there are.</summary>
    public const string Count = "SELECT schedules FROM taskapi_schema";

    /// <summary>Holds schedules, after whoever else holds them.</summary>
    public const string Hold = Wanted;

    /// <summary>Holds those that nobody else holds: who moves them on is first, and nobody waits for it.</summary>
    public const string HoldFree = $"{Wanted} SKIP LOCKED";

    /// <summary>Writes down schedules that are new, or of which something else is asked for.</summary>
    public const string Save = $"""
        INSERT INTO schedules (owner, name, cursor, next_at, waiting, last_at, last_task, revision, anchor, created, updated, definition)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (owner, name) DO UPDATE SET anchor = excluded.anchor, cursor = excluded.cursor, next_at = excluded.next_at, waiting = excluded.waiting,
          last_at = excluded.last_at, last_task = excluded.last_task, created = excluded.created, updated = excluded.updated, revision = excluded.revision,
          definition = excluded.definition
        """;

    /// <summary>Writes down how far schedules have come.</summary>
    public const string Move = """
        UPDATE schedules SET cursor = new.cursor, next_at = new.next_at, waiting = new.waiting, last_at = new.last_at, last_task = new.last_task, revision = new.revision
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS new (owner, name, cursor, next_at, waiting, last_at, last_task, revision)
        WHERE schedules.owner = new.owner AND schedules.name = new.name
        """;

    /// <summary>Deletes schedules.</summary>
    public const string Delete = "DELETE FROM schedules USING unnest($1, $2) AS gone (owner, name) WHERE schedules.owner = gone.owner AND schedules.name = gone.name";

    /// <summary>Notes that there are more, or fewer.</summary>
    public const string AddCount = "UPDATE taskapi_schema SET schedules = schedules + $1";
}
