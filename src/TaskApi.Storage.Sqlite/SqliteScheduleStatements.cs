using System.Data.Common;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>The writer's statements about schedules. For the writer alone.</summary>
/// <param name="connection">Open; outlives the statements.</param>
internal sealed class SqliteScheduleStatements(DbConnection connection) : IScheduleStatements, IDisposable
{
    private const string Upsert = $"""
        INSERT INTO schedules ({ScheduleRow.Columns})
        VALUES (@owner, @name, @anchor, @cursor, @next, @waiting, @lastAt, @lastTask, @created, @updated, @revision, @definition)
        ON CONFLICT (owner, name) DO UPDATE SET anchor = excluded.anchor, cursor = excluded.cursor, next_at = excluded.next_at, waiting = excluded.waiting,
          last_at = excluded.last_at, last_task = excluded.last_task, created = excluded.created, updated = excluded.updated, revision = excluded.revision,
          definition = excluded.definition
        """;

    private const string MoveOn = """
        UPDATE schedules SET cursor = @cursor, next_at = @next, waiting = @waiting, last_at = @lastAt, last_task = @lastTask, revision = @revision
        WHERE owner = @owner AND name = @name
        """;

    private readonly Statement _find = new(connection, ScheduleReads.Find, "@owner", "@name");
    private readonly Statement _save = new(
        connection, Upsert, "@owner", "@name", "@cursor", "@next", "@waiting", "@lastAt", "@lastTask", "@revision", "@anchor", "@created", "@updated", "@definition");
    private readonly Statement _move = new(connection, MoveOn, "@owner", "@name", "@cursor", "@next", "@waiting", "@lastAt", "@lastTask", "@revision");
    private readonly Statement _delete = new(connection, "DELETE FROM schedules WHERE owner = @owner AND name = @name", "@owner", "@name");
    private readonly Statement _count = new(connection, "SELECT count(*) FROM schedules");

    // Nobody else changes the file, and after a transaction that has failed there are other statements.
    private long? _known;

    /// <inheritdoc/>
    public bool IsChanged { get; private set; }

    /// <inheritdoc/>
    public long Count => _known ??= _count.Scalar() ?? 0;

    /// <summary>A transaction begins.</summary>
    public void Begin() => IsChanged = false;

    /// <inheritdoc/>
    public ScheduleRow? Find(string owner, string name)
    {
        using var reader = _find.Set(0, ScheduleRow.ToBytes(owner)).Set(1, name).Read();
        return reader.Read() ? ScheduleRow.Read(reader) : null;
    }

    /// <inheritdoc/>
    public void Save(ScheduleRow row, bool isNew)
    {
        SetPlan(_save, row).Set(8, row.Anchor).Set(9, row.Created).Set(10, row.Updated).Set(11, row.Definition).Execute();
        Note(isNew ? 1 : 0);
    }

    /// <inheritdoc/>
    public void Move(ScheduleRow row)
    {
        SetPlan(_move, row).Execute();
        Note(0);
    }

    /// <inheritdoc/>
    public void Delete(ScheduleRow row)
    {
        _delete.Set(0, ScheduleRow.ToBytes(row.Owner)).Set(1, row.Name).Execute();
        Note(-1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_find, _save, _move, _delete, _count]) statement.Dispose();
    }

    private static Statement SetPlan(Statement statement, ScheduleRow row) => statement
        .Set(0, ScheduleRow.ToBytes(row.Owner)).Set(1, row.Name).Set(2, row.Cursor).Set(3, row.Next).Set(4, row.Waiting).Set(5, row.LastAt).Set(6, row.LastTask).Set(7, row.Revision);

    private void Note(int added)
    {
        IsChanged = true;
        _known += added;
    }
}
