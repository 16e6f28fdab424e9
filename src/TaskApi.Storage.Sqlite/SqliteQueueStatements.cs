using System.Data.Common;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>The writer's statements about queues. For the writer alone.</summary>
internal sealed class SqliteQueueStatements : IQueueStatements, IDisposable
{
    private readonly Counters _counters;
    private readonly Statement _load;
    private readonly Statement _loadLeft;
    private readonly Statement _save;
    private readonly Statement _delete;
    private readonly Statement _running;
    private readonly Statement _starts;
    private readonly Statement _noteStart;
    private readonly Statement _forgetStarts;
    private readonly Statement _convert;
    private readonly Statement _hasWaiting;
    private readonly Statement _findLeft;
    private readonly Statement _count;
    private readonly Statement _drop;
    private readonly SqliteLanes _lanes;
    private readonly SqliteQuery _take;
    private readonly SqliteQuery _takeOfType;

    /// <param name="connection">Open; outlives the statements.</param>
    /// <param name="counters">Know what waits.</param>
    public SqliteQueueStatements(DbConnection connection, Counters counters)
    {
        _counters = counters;
        _load = new(connection, SqliteQueueDialect.Load);
        _loadLeft = new(connection, SqliteQueueDialect.LoadLeft);
        _save = new(connection, SqliteQueueDialect.Save, "@owner", "@name", "@maxRunning", "@rateCount", "@rateSeconds", "@paused", "@until", "@leaving", "@maxPerKey", "@keyed", "@held", "@heldUntil");
        _delete = new(connection, SqliteQueueDialect.Delete, "@owner", "@name");
        _running = new(connection, SqliteQueueDialect.Running, "@owner", "@queue");
        _starts = new(connection, SqliteQueueDialect.Starts, "@owner", "@queue", "@since");
        _noteStart = new(connection, SqliteQueueDialect.NoteStart, "@owner", "@queue", "@at", "@starts");
        _forgetStarts = new(connection, SqliteQueueDialect.ForgetStarts, "@owner", "@queue", "@until");
        _convert = new(connection, SqliteQueueDialect.Convert, "@owner", "@queue", "@most");
        _hasWaiting = new(connection, SqliteQueueDialect.HasWaiting, "@owner", "@queue");
        _findLeft = new(connection, SqliteQueueDialect.FindLeft, "@kept");
        _count = new(connection, SqliteQueueDialect.Count, "@owner", "@queue", "@pending", "@ready", "@running");
        _drop = new(connection, SqliteQueueDialect.DropEmpty, "@owner", "@queue");
        _lanes = new(connection);
        _take = new(connection, SqliteQueueDialect.Take);
        _takeOfType = new(connection, SqliteQueueDialect.TakeOfType);
    }

    /// <inheritdoc/>
    public ILaneStatements Lanes => _lanes;

    /// <inheritdoc/>
    public List<QueueRow> Load()
    {
        var rows = new List<QueueRow>();
        using (var reader = _load.Read())
            while (reader.Read()) rows.Add(QueueRow.Read(reader));
        using (var reader = _loadLeft.Read())
            while (reader.Read()) rows.Add(new QueueRow(new QueueName(reader.GetInt32(0), reader.GetString(1)), QueueSettings.None, Leaving: 1, reader.GetInt64(2) != 0));
        return rows;
    }

    /// <inheritdoc/>
    public void Save(QueueRow row) => _save
        .Set(0, row.Queue.Owner).Set(1, row.Queue.Name).Set(2, row.Settings.MaxRunning).Set(3, row.Settings.Rate?.Count).Set(4, row.Settings.Rate?.Seconds)
        .Set(5, row.Paused).Set(6, row.PausedUntil).Set(7, row.Leaving).Set(8, row.Settings.MaxRunningPerKey).Set(9, row.Keyed).Set(10, row.Held).Set(11, row.HeldUntil).Execute();

    /// <inheritdoc/>
    public void Delete(QueueName queue) => Of(_delete, queue).Execute();

    /// <summary>True, but of a type of which there are none: there is no other transaction.</summary>
    public bool IsHeld(QueueName queue, string? type) => type is null || _counters.Ready.OfQueue(queue.Owner, queue.Name, type) > 0;

    /// <inheritdoc/>
    public QueueLook Look(QueueName queue, QueueSettings settings, QueueTally tally, long kept)
    {
        var running = settings.MaxRunning is null ? 0 : (Of(_running, queue).Scalar() ?? 0) + tally.Changes.GetValueOrDefault(queue).Running;
        if (settings.Rate is not { } rate) return new QueueLook(running, 0, FirstStart: null);
        using var reader = Of(_starts, queue).Set(2, kept - (long)rate.Period.TotalMilliseconds).Read();
        reader.Read();
        return new QueueLook(running, reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetInt64(1));
    }

    /// <inheritdoc/>
    public void NoteStarts(QueueName queue, QueueRate rate, int starts, long kept)
    {
        Of(_forgetStarts, queue).Set(2, kept - (long)rate.Period.TotalMilliseconds).Execute();
        Of(_noteStart, queue).Set(2, kept).Set(3, (long)starts).Execute();
    }

    /// <inheritdoc/>
    public int Convert(QueueName queue) => Of(_convert, queue).Set(2, (long)IQueueStatements.MostConverted).Execute();

    /// <inheritdoc/>
    public int Take(QueueName queue, string? type, int most, List<HeldWork> taken)
    {
        var converted = Of(_convert, queue).Set(2, (long)Math.Max(IQueueStatements.MostConverted, most)).Execute();
        if (type is null) _take.Set(1, queue.Owner).Set(2, queue.Name).Set(3, most).ReadAll(taken);
        else _takeOfType.Set(1, queue.Owner).Set(2, queue.Name).Set(3, most).Set(4, type).ReadAll(taken);
        return converted;
    }

    /// <inheritdoc/>
    public bool HasWaiting(QueueName queue) => Of(_hasWaiting, queue).Scalar() is not null;

    /// <inheritdoc/>
    public List<QueueName> FindLeft(long kept)
    {
        var left = new List<QueueName>();
        using var reader = _findLeft.Set(0, kept).Read();
        while (reader.Read()) left.Add(new QueueName(reader.GetInt32(0), reader.GetString(1)));
        return left;
    }

    /// <summary>Writes down, as a part of the transaction, by how much it changes what queues have.</summary>
    public void SaveCounts(QueueTally tally)
    {
        foreach (var (queue, by) in tally.Changes)
        {
            if (by.IsZero) continue;
            QueueCounts after;
            using (var reader = Of(_count, queue).Set(2, by.Pending).Set(3, by.Ready).Set(4, by.Running).Read())
            {
                reader.Read();
                after = new QueueCounts(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
            }

            if (by.Running != 0) _counters.Ready.NoteRunning(queue.Owner, queue.Name, after.Running);
            if (after.IsZero) Of(_drop, queue).Execute();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[
            _load, _loadLeft, _save, _delete, _running, _starts, _noteStart, _forgetStarts, _convert, _hasWaiting, _findLeft, _count, _drop])
            statement.Dispose();
        _lanes.Dispose();
        _take.Dispose();
        _takeOfType.Dispose();
    }

    private static Statement Of(Statement statement, QueueName queue) => statement.Set(0, queue.Owner).Set(1, queue.Name);
}
