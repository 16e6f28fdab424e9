using System.Data.Common;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The reads of schedules: in the same words for all databases. For one caller at a time.</summary>
/// <remarks>Plans matter: a partial index is used only where a statement has its condition. Names are ASCII, and are compared byte by byte.</remarks>
/// <param name="connection">Open; outlives this.</param>
internal sealed class ScheduleReads(DbConnection connection) : IDisposable
{
    /// <summary>One schedule.</summary>
    public const string Find = $"SELECT {ScheduleRow.Columns} FROM schedules WHERE owner = @owner AND name = @name";

    /// <summary>A page of an owner's.</summary>
    public const string List = $"SELECT {ScheduleRow.Columns} FROM schedules WHERE owner = @owner AND name > @after ORDER BY name LIMIT @limit";

    /// <summary>A page of all.</summary>
    public const string All = $"SELECT {ScheduleRow.Columns} FROM schedules WHERE (owner, name) > (@owner, @after) ORDER BY owner, name LIMIT @limit";

    /// <summary>Those that are due.</summary>
    public const string Due = $"SELECT {ScheduleRow.Columns} FROM schedules WHERE next_at IS NOT NULL AND next_at <= @now ORDER BY next_at LIMIT @limit";

    /// <summary>Those of which an occurrence waits.</summary>
    public const string Waiting = $"SELECT {ScheduleRow.Columns} FROM schedules WHERE waiting IS NOT NULL ORDER BY waiting";

    /// <summary>When the first is due.</summary>
    public const string FirstDue = "SELECT next_at FROM schedules WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1";

    private readonly Statement _find = new(connection, Find, "@owner", "@name");
    private readonly Statement _list = new(connection, List, "@owner", "@after", "@limit");
    private readonly Statement _all = new(connection, All, "@owner", "@after", "@limit");
    private readonly Statement _due = new(connection, Due, "@now", "@limit");
    private readonly Statement _waiting = new(connection, Waiting);
    private readonly Statement _firstDue = new(connection, FirstDue);

    /// <summary>The schedule of that name, or null.</summary>
    public async ValueTask<ScheduleRow?> FindAsync(string owner, string name, CancellationToken cancellationToken)
    {
        await using var reader = await _find.Set(0, ScheduleRow.ToBytes(owner)).Set(1, name).ReadAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? ScheduleRow.Read(reader) : null;
    }

    /// <summary>An owner's, in the order of their names.</summary>
    public ValueTask<List<ScheduleRow>> ListAsync(string owner, string after, int limit, CancellationToken cancellationToken) =>
        ReadAllAsync(_list.Set(0, ScheduleRow.ToBytes(owner)).Set(1, after).Set(2, (long)limit), cancellationToken);

    /// <summary>Everybody's, in the order of owners and names.</summary>
    public ValueTask<List<ScheduleRow>> ListAllAsync(string owner, string after, int limit, CancellationToken cancellationToken) =>
        ReadAllAsync(_all.Set(0, ScheduleRow.ToBytes(owner)).Set(1, after).Set(2, (long)limit), cancellationToken);

    /// <summary>Those that are due, the earliest first.</summary>
    public ValueTask<List<ScheduleRow>> FindDueAsync(long now, int limit, CancellationToken cancellationToken) =>
        ReadAllAsync(_due.Set(0, now).Set(1, (long)limit), cancellationToken);

    /// <summary>Those of which an occurrence waits.</summary>
    public ValueTask<List<ScheduleRow>> FindWaitingAsync(CancellationToken cancellationToken) => ReadAllAsync(_waiting, cancellationToken);

    /// <summary>When the first is due; null if none is.</summary>
    public async ValueTask<long?> FirstDueAsync(CancellationToken cancellationToken)
    {
        await using var reader = await _firstDue.ReadAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.GetInt64(0) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_find, _list, _all, _due, _waiting, _firstDue]) statement.Dispose();
    }

    private static async ValueTask<List<ScheduleRow>> ReadAllAsync(Statement statement, CancellationToken cancellationToken)
    {
        var rows = new List<ScheduleRow>();
        await using var reader = await statement.ReadAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) rows.Add(ScheduleRow.Read(reader));
        return rows;
    }
}
