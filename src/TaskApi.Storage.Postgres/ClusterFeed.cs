using System.Collections.Concurrent;
using Npgsql;
using NpgsqlTypes;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// Tells this process what the nodes announce: those who wait here for tasks that another node has finished, the writer when another
/// node has armed an earlier task, and the log of events those of all nodes, in the one order in which the database tells them. For
/// the one who listens.
/// </summary>
internal sealed class ClusterFeed(PostgresStorage storage, CommitPublisher publisher, TaskEventLog events, WantedEvents wantedEvents, SqlWriter writer)
{
    private const int ChunkSize = 1000;

    private int _generation;

    /// <summary>Learns what happened while nobody listened: events are lost, and readers told so; who waits is told by a look at his task.</summary>
    public async Task CatchUpAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        storage.DatabaseClock?.Measure(connection);
        // What isn't there any more has been forgotten while nobody listened, or was lost when the database went back.
        var error = storage.GenerationOf(connection) == _generation ? TaskErrors.HasBeenForgotten : TaskErrors.HasBeenLost;
        _generation = storage.GenerationOf(connection);
        events.GoTo(await wantedEvents.TryFindLastAsync(connection, cancellationToken) ?? await WantedEvents.FindLastAsync(connection, cancellationToken));
        await LookAsync(connection, error, cancellationToken);
        writer.Reload();
    }

    /// <summary>Looks up all tasks that somebody here waits for: of some that are done they may not have been told.</summary>
    /// <param name="connection">To look with.</param>
    /// <param name="gone">What has become of those that aren't there any more.</param>
    /// <param name="cancellationToken">Cancelled when the service stops.</param>
    public async Task LookAsync(NpgsqlConnection connection, TaskError gone, CancellationToken cancellationToken)
    {
        var watched = publisher.Watched;
        for (var first = 0; first < watched.Count; first += ChunkSize)
        {
            var chunk = watched.GetRange(first, Math.Min(ChunkSize, watched.Count - first));
            var rows = await FindAsync(connection, chunk.ConvertAll(static one => one.Id.Sequence), cancellationToken);
            foreach (var (id, seen) in chunk)
            {
                if (rows.TryGetValue(id.Sequence, out var found) && found.Row.Has(id))
                {
                    if (found.Row.State.IsDone()) publisher.PublishFinished(found.Row.Id, found.Shown);
                }
                else if (seen is not null)
                {
                    publisher.PublishForgotten(id, seen, gone);
                }
            }
        }

        publisher.Flush();
    }

    /// <summary>Tells what has been announced.</summary>
    /// <param name="connection">To look tasks up with.</param>
    /// <param name="payloads">The notifications, as they came.</param>
    /// <param name="cancellationToken">Cancelled when the service stops.</param>
    public async Task PublishAsync(NpgsqlConnection connection, ConcurrentQueue<string> payloads, CancellationToken cancellationToken)
    {
        var announcements = new List<(Announcement Announced, ToldTask[]? Own)>();
        var wanted = new HashSet<long>();
        while (announcements.Count < ChunkSize && payloads.TryDequeue(out var payload))
        {
            // Most that a node hears it knows already, or nobody here wants to know.
            var announced = Announcement.Read(payload, IsWanted);
            var own = announced.Node == storage.Node ? storage.PendingNotifications.Take(announced.Number) : null;
            if (own is null && announced.DueTick is { } dueTick) writer.NoteDueTick(dueTick);
            announcements.Add((announced, own));
            for (var i = 0; i < announced.Effects.Count; i++)
            {
                var effect = announced.Effects[i];
                if ((own is null && publisher.IsWatching(effect.Sequence)) || (events.IsRecording && (own is null ? announced.Carried[i] : own[i].Task) is null)) wanted.Add(effect.Sequence);
            }
        }

        var rows = wanted.Count == 0 ? [] : await FindAsync(connection, [.. wanted], cancellationToken);
        // What was announced and isn't there has been deleted since: this process was suspended for long.
        foreach (var sequence in wanted)
            if (!rows.ContainsKey(sequence)) publisher.PublishForgotten(sequence);
        foreach (var (announced, own) in announcements) Publish(announced, own, rows);
        publisher.Flush();
    }

    private bool IsWanted(string node, long number) =>
        events.IsRecording || (publisher.IsWatchingAny && !(node == storage.Node && storage.PendingNotifications.Has(number)));

    private void Publish(Announcement announced, ToldTask[]? own, Dictionary<long, LookedUp> rows)
    {
        storage.History.SawEvent(announced.LastEvent);
        // Those before the last catch-up lie in its gap.
        var first = announced.LastEvent - announced.Effects.Count;
        var isNew = first >= events.Last;
        if (isNew) events.GoTo(first);
        for (var i = 0; i < announced.Effects.Count; i++)
        {
            var (kind, sequence) = announced.Effects[i];
            var isFound = rows.TryGetValue(sequence, out var found);
            var isFinal = kind.IsFinal();
            if (own is null && isFinal && isFound) publisher.PublishFinished(found.Row.Id, found.Shown);
            if (!isNew) continue;
            var told = own is null ? new ToldTask(announced.Carried[i], AttemptError: null) : own[i];
            if (told.Task is null && isFound) told = found.After(kind);
            if (told.Task is { } task && events.IsRecording) events.Append(kind, task, told.AttemptError);
            else events.Skip();
        }
    }

    private async Task<Dictionary<long, LookedUp>> FindAsync(NpgsqlConnection connection, List<long> sequences, CancellationToken cancellationToken)
    {
        var rows = new List<TaskRow>(sequences.Count);
        await using var find = new NpgsqlCommand(TaskSql.FindMany, connection);
        find.Parameters.Add(PostgresCommands.Column([.. sequences], NpgsqlDbType.Bigint));
        await using (var reader = await find.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken)) rows.Add(TaskRow.Read(reader));
        }

        var found = new Dictionary<long, LookedUp>(rows.Count);
        foreach (var row in rows)
            if (!row.HasWork) found[row.Sequence] = new LookedUp(row, Work: null, publisher.Show(row));
        foreach (var held in await FindWorkAsync(connection, rows.FindAll(static row => row.HasWork), cancellationToken))
            found[held.Task.Sequence] = new LookedUp(held.Task, held.Work, publisher.Show(held));
        // The numbers of owners are those of the database that has been read, or nothing is told.
        storage.History.Check(connection);
        return found;
    }

    private static async Task<List<HeldWork>> FindWorkAsync(NpgsqlConnection connection, List<TaskRow> tasks, CancellationToken cancellationToken)
    {
        var found = new List<HeldWork>(tasks.Count);
        if (tasks.Count == 0) return found;
        await using var find = new NpgsqlCommand(WorkSql.FindMany, connection);
        find.Parameters.Add(PostgresCommands.Column(tasks, NpgsqlDbType.Bigint, static task => task.Sequence));
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) found.Add(HeldWork.Read(reader));
        return found;
    }
}
