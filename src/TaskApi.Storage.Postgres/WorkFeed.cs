using System.Collections.Concurrent;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres;

/// <summary>Tells those who wait for work in this process, or run it, what other nodes signal. For the one who listens.</summary>
/// <param name="storage">The database.</param>
/// <param name="signals">Who wants to know.</param>
/// <param name="queues">What is set of queues.</param>
internal sealed class WorkFeed(PostgresStorage storage, WorkSignals signals, QueueBook queues)
{
    private const int ChunkSize = 1000;

    private long _queueChanges = -1;

    /// <summary>What was signalled meanwhile is not known: all look for themselves.</summary>
    public async Task CatchUpAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await LoadQueuesAsync(connection, cancellationToken);
        if (queues.Defaults.Count > 0) await LoadOwnersAsync(connection, cancellationToken);
        storage.Floors.Reset();
        signals.WakeAll();
        await TellAsync(connection, signals.Running.All().ConvertAll(static known => new AttemptSignal(known.Sequence, known.Attempt)), cancellationToken);
    }

    /// <summary>Tells what has been signalled.</summary>
    /// <returns>True if a program has created tasks.</returns>
    public async Task<bool> PublishAsync(NpgsqlConnection connection, ConcurrentQueue<string> payloads, CancellationToken cancellationToken)
    {
        var (told, hasOutbox, hasQueues) = (new List<AttemptSignal>(), false, false);
        for (var i = 0; i < ChunkSize && payloads.TryDequeue(out var payload); i++)
        {
            var text = WorkSignalText.Read(payload);
            hasOutbox |= text.HasOutbox;
            // The writer has told of its own.
            if (text.Node == storage.Node) continue;
            hasQueues |= text.HasQueues;
            foreach (var queue in text.Freed) signals.WakeBounded(queue);
            foreach (var (owner, worker) in text.Losers.Distinct()) signals.Acquires.Dismiss(storage.Counters.Owner(owner).Name, worker);
            foreach (var (owner, queue, type, due) in text.Late) storage.Floors.Lower(owner, queue, type, due);
            foreach (var ready in text.Ready) signals.Acquires.Wake(storage.Counters.Owner(ready.Owner).Name, ready.Queue, ready.Type, ready.Count);
            foreach (var attempt in text.Told)
            {
                signals.Heartbeats.Wake(attempt.Sequence);
                if (signals.Running.FindHolder(attempt.Sequence, attempt.Attempt) is not null) told.Add(attempt);
            }

            foreach (var (sequence, attempt) in text.Ended.Except(told)) signals.Running.End(sequence, attempt);
        }

        if (hasQueues) await CheckQueuesAsync(connection, cancellationToken);
        await TellAsync(connection, told, cancellationToken);
        return hasOutbox;
    }

    /// <summary>Learns what others have set of queues, if they have. Each second, too: who set it may have died before it told anyone.</summary>
    public async Task CheckQueuesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var find = new NpgsqlCommand(QueueSql.Changes, connection);
        if (await find.ExecuteScalarAsync(cancellationToken) is not long changes || changes == _queueChanges) return;
        _queueChanges = changes;
        await LoadQueuesAsync(connection, cancellationToken);
    }

    private async Task LoadQueuesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = new List<QueueRow>();
        await using (var load = new NpgsqlCommand(QueueSql.Load, connection))
        {
            await using var reader = await load.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) rows.Add(QueueRow.Read(reader));
        }

        if (!queues.Load(rows)) return;
        storage.Floors.Reset();
        signals.Acquires.WakeAll();
    }

    // The configuration bounds queues whosever they are: from those of an owner of whom this process doesn't know nothing is taken.
    private async Task LoadOwnersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var find = new NpgsqlCommand(QueueSql.FindOwners, connection) { Parameters = { PostgresCommands.Column<string>([.. queues.Defaults], NpgsqlDbType.Text) } };
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            storage.Counters.Add(new KnownOwner(reader.GetInt32(0), Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(1)), storage.GenerationOf(connection)));
    }

    // Handlers ask nobody by heartbeats: what there is to tell them is looked up. What is over, or gone, is known no more.
    private async Task TellAsync(NpgsqlConnection connection, List<AttemptSignal> attempts, CancellationToken cancellationToken)
    {
        foreach (var chunk in attempts.Chunk(ChunkSize))
        {
            var rows = new Dictionary<long, LeaseRow>();
            await using (var find = new NpgsqlCommand(WorkSql.FindLeases, connection))
            {
                find.Parameters.Add(PostgresCommands.Column(chunk, NpgsqlDbType.Bigint, static one => one.Sequence));
                await using var reader = await find.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken)) rows[reader.GetInt64(0)] = LeaseRow.Read(reader);
            }

            foreach (var attempt in chunk)
            {
                if (rows.TryGetValue(attempt.Sequence, out var row)) Tell(row, attempt.Attempt);
                else signals.Running.End(attempt.Sequence, attempt.Attempt);
            }
        }
    }

    private void Tell(LeaseRow row, int attempt)
    {
        var holder = signals.Running.FindHolder(row.Sequence, attempt);
        if (row.IsRunning && row.Token.Attempt == attempt)
        {
            if (row.Request is { } request) holder?.OnCancelRequested(new CancelNotice(row.Token, request, EngineClock.ToInstant(row.GraceAt)));
            return;
        }

        signals.Running.End(row.Sequence, attempt);
        if (holder is null) return;
        foreach (var over in AttemptLog.Read(row.Attempts))
            if (over.Number == attempt && over.Taken is null) holder.OnLeaseLost(new LeaseToken(row.Task, attempt, over.Secret));
    }
}
