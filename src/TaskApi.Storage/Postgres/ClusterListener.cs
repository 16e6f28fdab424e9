using System.Collections.Concurrent;
using System.Data.Common;
using Npgsql;
using NpgsqlTypes;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// Learns what all nodes do, on a connection of its own: wakes those who wait here for tasks that another node has finished, has the
/// writer look when another node has armed an earlier task, and gives the events of all nodes to the log, in the one order in which
/// the database tells them. When the connection is lost, a new one catches up: nobody waits for ever.
/// </summary>
internal sealed partial class ClusterListener : IListener
{
    private const int Portion = 1000;
    private const int LooksPerWish = 5;

    private const string NameConnection = "SELECT set_config('application_name', current_setting('application_name') || ' listener', false)";

    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);

    private readonly PostgresStorage _storage;
    private readonly EffectTeller _teller;
    private readonly TaskEventLog _events;
    private readonly WantedEvents _wanted;
    private readonly SqlWriter _writer;
    private readonly DueLook _due;
    private readonly ILogger _logger;
    private readonly ConcurrentQueue<string> _told = new();
    private int _generation;

    // Ours, and disposed here: cancelled when the service stops.
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private long? _listened;

    public ClusterListener(PostgresStorage storage, EffectTeller teller, TaskEventLog events, SqlWriter writer, ILogger logger)
    {
        (_storage, _teller, _events, _writer, _logger) = (storage, teller, events, writer, logger);
        (_wanted, _due) = (new WantedEvents(storage, events), new DueLook(storage.Clock, writer));
        _running = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public Task<long?> WantEventsAsync(DbConnection connection, CancellationToken cancellationToken) => _wanted.TryFindLastAsync(connection, cancellationToken);

    /// <summary>Stops to listen.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _running.GetAwaiter().GetResult();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var pause = _firstPause;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await _storage.ConnectAsync(_stopping.Token);
                await ListenAsync(connection, () => (pause, _listened) = (_firstPause, TimeProvider.System.GetTimestamp()));
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception) when (_listened is { } since && TimeProvider.System.GetElapsedTime(since) > _longestPause)
            {
                // Perhaps the database is there, and only this connection was ended: that is tried before anyone is told that it is away.
                Detach();
            }
            catch (Exception exception)
            {
                // Whatever it was, also an announcement that can't be read: nobody would be told of anything any more.
                Lose(exception);
                await Task.Delay(pause, TimeProvider.System, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause < _longestPause ? pause * 2 : _longestPause;
            }
        }
    }

    private async Task ListenAsync(NpgsqlConnection connection, Action listening)
    {
        _told.Clear();
        connection.Notification += (_, told) => _told.Enqueue(told.Payload);
        // By its name an operator can tell it from the connections that read and write.
        await using (var listen = new NpgsqlCommand($"{NameConnection}; LISTEN \"{_storage.Channel.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection))
            await listen.ExecuteNonQueryAsync(_stopping.Token);
        await CatchUpAsync(connection);
        listening();
        Find();
        var looked = TimeProvider.System.GetTimestamp();
        for (var looks = 1; ;)
        {
            if (!_told.IsEmpty) await TellAsync(connection);
            var left = DueLook.Between - TimeProvider.System.GetElapsedTime(looked);
            // A shorter wait would be one without an end.
            if (left >= TimeSpan.FromMilliseconds(1))
            {
                if (_told.IsEmpty) await connection.WaitAsync(left, _stopping.Token);
                continue;
            }

            looked = TimeProvider.System.GetTimestamp();
            _storage.History.Check(connection);
            _storage.Measure(connection);
            _writer.LookAgain();
            await _due.LookAsync(connection, _stopping.Token);
            _storage.Hear();
            if (looks++ % LooksPerWish != 0) continue;
            await _wanted.GoOnAsync(connection, _stopping.Token);
            await EndStalledAsync(connection);
        }
    }

    private async Task EndStalledAsync(NpgsqlConnection connection)
    {
        await using var end = new NpgsqlCommand(PostgresDialect.EndStalled, connection) { Parameters = { PostgresCommands.Number((long)_storage.Deadline.TotalMilliseconds) } };
        if (await end.ExecuteScalarAsync(_stopping.Token) is long ended and > 0) Log.Ended(_logger, ended);
    }

    // What happened while nobody listened: events are lost, and readers told so; who waits is told by a look at his task.
    private async Task CatchUpAsync(NpgsqlConnection connection)
    {
        _storage.Measure(connection);
        // What isn't there any more has been forgotten while nobody listened, or was lost when the database went back.
        var error = _storage.GenerationOf(connection) == _generation ? TaskError.Gone : TaskError.HasBeenLost;
        _generation = _storage.GenerationOf(connection);
        _events.GoTo(await _wanted.TryFindLastAsync(connection, _stopping.Token) ?? await WantedEvents.FindLastAsync(connection, _stopping.Token));
        var watched = _teller.Watched;
        for (var first = 0; first < watched.Count; first += Portion)
        {
            var portion = watched.GetRange(first, Math.Min(Portion, watched.Count - first));
            var rows = await LookAsync(connection, portion.ConvertAll(static one => one.Id.Sequence));
            foreach (var (id, seen) in portion)
            {
                if (rows.TryGetValue(id.Sequence, out var found) && found.Row.Has(id))
                {
                    if (found.Row.State != TaskState.Pending) _teller.TellFinished(found.Row.Id, found.Task);
                }
                else if (seen is not null)
                {
                    _teller.TellGone(id, seen, error);
                }
            }
        }

        _teller.Flush();
        _writer.TakeStockAgain();
    }

    private async Task TellAsync(NpgsqlConnection connection)
    {
        var announcements = new List<(Announcement Announced, TaskSnapshot?[]? Own)>();
        var wanted = new HashSet<long>();
        while (announcements.Count < Portion && _told.TryDequeue(out var payload))
        {
            // Most that a node hears it knows already, or nobody here wants to know.
            var announced = Announcement.Read(payload, IsWanted);
            var own = announced.Node == _storage.Node ? _storage.Echoes.Take(announced.Chunk) : null;
            if (own is null && announced.Wake is { } wake) _writer.Hasten(wake);
            announcements.Add((announced, own));
            for (var i = 0; i < announced.Effects.Count; i++)
            {
                var effect = announced.Effects[i];
                if ((own is null && _teller.IsWatching(effect.Sequence)) || (_events.IsRecording && (own ?? announced.Carried)[i] is null)) wanted.Add(effect.Sequence);
            }
        }

        var rows = wanted.Count == 0 ? [] : await LookAsync(connection, [.. wanted]);
        // What was announced and isn't there has been deleted since: this process was suspended for long.
        foreach (var sequence in wanted)
            if (!rows.ContainsKey(sequence)) _teller.TellGone(sequence);
        foreach (var (announced, own) in announcements) Tell(announced, own, rows);
        _teller.Flush();
    }

    private bool IsWanted(string node, long chunk) =>
        _events.IsRecording || (_teller.IsWatchingAny && !(node == _storage.Node && _storage.Echoes.Has(chunk)));

    private void Tell(Announcement announced, TaskSnapshot?[]? own, Dictionary<long, FoundTask> rows)
    {
        _storage.History.SawEvent(announced.LastEvent);
        // Those before the last catch-up lie in its gap.
        var first = announced.LastEvent - announced.Effects.Count;
        var isNew = first >= _events.Last;
        if (isNew) _events.GoTo(first);
        for (var i = 0; i < announced.Effects.Count; i++)
        {
            var (kind, sequence) = announced.Effects[i];
            var isFound = rows.TryGetValue(sequence, out var found);
            var isFinal = kind.IsFinal();
            if (own is null && isFinal && isFound) _teller.TellFinished(found.Row.Id, found.Task);
            if (!isNew) continue;
            var task = (own ?? announced.Carried)[i] ?? (isFound ? isFinal ? found.Task : found.Row.WhilePending().ToSnapshot(found.Task.Owner) : null);
            if (task is not null && _events.IsRecording) _events.Append(kind, task);
            else _events.Skip();
        }
    }

    private async Task<Dictionary<long, FoundTask>> LookAsync(NpgsqlConnection connection, List<long> sequences)
    {
        var rows = new List<TaskRow>(sequences.Count);
        await using var look = new NpgsqlCommand(PostgresDialect.FindMany, connection);
        look.Parameters.Add(PostgresCommands.Column([.. sequences], NpgsqlDbType.Bigint));
        await using var reader = await look.ExecuteReaderAsync(_stopping.Token);
        while (await reader.ReadAsync(_stopping.Token)) rows.Add(TaskRow.Read(reader));
        var found = new Dictionary<long, FoundTask>(rows.Count);
        foreach (var row in rows) found[row.Sequence] = new FoundTask(row, _teller.Show(row));
        // The numbers of owners are those of the database that has been read, or nothing is told.
        _storage.History.Check(connection);
        return found;
    }

    private void Find()
    {
        if (_storage.Fault is not null) Log.Listening(_logger);
        _storage.Fault = null;
    }

    private void Lose(Exception exception)
    {
        if (_storage.Fault is null) Log.Lost(_logger, exception);
        _storage.Fault = "The database is away.";
        Detach();
        // It finds out, at once, whether the database can be written.
        _writer.TakeStockAgain();
    }

    // What was announced meanwhile is not heard.
    private void Detach()
    {
        _listened = null;
        _storage.Echoes.Clear();
        _wanted.Forget();
    }

    /// <param name="Row">As it stands in the database.</param>
    /// <param name="Task">As clients see it.</param>
    private readonly record struct FoundTask(TaskRow Row, TaskSnapshot Task);

    private static partial class Log
    {
        [LoggerMessage(1220, LogLevel.Warning, "The database is away: what other nodes do is not learnt until it is back")]
        public static partial void Lost(ILogger logger, Exception exception);

        [LoggerMessage(1222, LogLevel.Warning, "Ended {Count} transactions of nodes that did not go on with them and held up others")]
        public static partial void Ended(ILogger logger, long count);

        [LoggerMessage(1221, LogLevel.Information, "The database is there: listening to what all nodes do")]
        public static partial void Listening(ILogger logger);
    }
}
