using System.Collections.Concurrent;
using System.Data.Common;
using Npgsql;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// Listens to what all nodes announce, on a connection of its own, and looks at the database once a second. When the connection is
/// lost, a new one catches up: nobody waits for ever.
/// </summary>
internal sealed partial class ClusterListener : IListener
{
    private const int ChecksPerRenewal = 5;

    private const int ChecksPerBeat = 3;

    private const int ChecksUntilKnown = 3;

    // Handlers wait for their tasks without an end, and a node may die before it has told of one.
    private const int ChecksPerLook = 60;

    private const string NameConnection = "SELECT set_config('application_name', current_setting('application_name') || ' listener', false)";

    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);

    private readonly PostgresStorage _storage;
    private readonly WantedEvents _wanted;
    private readonly WorkFeed _work;
    private readonly SqlWriter _writer;
    private readonly DueCheck _due;
    private readonly ClusterFeed _feed;
    private readonly ILogger _logger;
    private readonly ConcurrentQueue<string> _told = new();
    private readonly ConcurrentQueue<string> _signalled = new();

    // Ours, and disposed here: cancelled when the service stops.
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private Task _takingOver = Task.CompletedTask;
    private long? _listened;

    public ClusterListener(PostgresStorage storage, CommitPublisher publisher, TaskEventLog events, SqlWriter writer, WorkSignals signals, QueueBook queues, ILogger logger)
    {
        (_storage, _writer, _logger) = (storage, writer, logger);
        (_wanted, _due) = (new WantedEvents(storage, events), new DueCheck(storage, storage.Clock, writer));
        _feed = new ClusterFeed(storage, publisher, events, _wanted, writer);
        _work = new WorkFeed(storage, signals, queues);
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
        _signalled.Clear();
        connection.Notification += (_, told) => (told.Channel == _storage.Channel ? _told : _signalled).Enqueue(told.Payload);
        // By its name an operator can tell it from the connections that read and write.
        await using (var listen = new NpgsqlCommand($"{NameConnection}; LISTEN {Quote(_storage.Channel)}; LISTEN {Quote(_storage.WorkChannel)}", connection))
            await listen.ExecuteNonQueryAsync(_stopping.Token);
        // It may have been due for long, and what follows takes its time.
        if (!await _storage.Own.GoOnAsync(connection, _stopping.Token)) _writer.Reload();
        await _feed.CatchUpAsync(connection, _stopping.Token);
        await _work.CatchUpAsync(connection, _stopping.Token);
        listening();
        Find();
        var checkedAt = TimeProvider.System.GetTimestamp();
        var (known, untold) = (0L, 0);
        for (var checks = 1; ;)
        {
            if (!_signalled.IsEmpty && await _work.PublishAsync(connection, _signalled, _stopping.Token)) TakeOver();
            if (!_told.IsEmpty) await _feed.PublishAsync(connection, _told, _stopping.Token);
            var left = DueCheck.Between - TimeProvider.System.GetElapsedTime(checkedAt);
            // A shorter wait would be one without an end.
            if (left >= TimeSpan.FromMilliseconds(1))
            {
                if (_told.IsEmpty && _signalled.IsEmpty) await connection.WaitAsync(left, _stopping.Token);
                continue;
            }

            var hasSlept = TimeProvider.System.GetElapsedTime(checkedAt).TotalMilliseconds >= OwnBeat.LengthMs;
            checkedAt = TimeProvider.System.GetTimestamp();
            _storage.History.Check(connection);
            _storage.DatabaseClock?.Measure(connection);
            _writer.Rearm();
            await _due.CheckAsync(connection, _stopping.Token);
            await _work.CheckQueuesAsync(connection, _stopping.Token);
            if (await HasOutboxAsync(connection)) TakeOver();
            _storage.Hear();
            // A node that was suspended for so long that others have taken it for dead begins another sign of life, whatever else there is to do.
            var isLate = hasSlept || _storage.Own.Until <= _storage.Clock.Now;
            if (checks % ChecksPerBeat == 0 && !await _storage.Own.GoOnAsync(connection, _stopping.Token)) _writer.Reload();
            // Until all have noticed its sign of life, the first or another one, they need not have told it anything.
            if (_storage.Own.Id is var own && (own == 0 || own != known || isLate)) (known, untold) = (own, ChecksUntilKnown);
            if (_writer.TakeUntold())
            {
                await _feed.LookAsync(connection, TaskErrors.HasBeenForgotten, _stopping.Token);
                untold = Math.Max(untold, 1);
            }

            if (untold-- > 0 || checks % ChecksPerLook == 0) await _work.CatchUpAsync(connection, _stopping.Token);
            if (checks++ % ChecksPerRenewal != 0) continue;
            await _wanted.GoOnAsync(connection, _stopping.Token);
            await EndStalledAsync(connection);
        }
    }

    private async Task<bool> HasOutboxAsync(NpgsqlConnection connection)
    {
        await using var find = new NpgsqlCommand(CountSql.FindOutbox, connection);
        return await find.ExecuteScalarAsync(_stopping.Token) is true;
    }

    // One after the other; the writer takes it with what else there is to do.
    private void TakeOver()
    {
        if (_takingOver.IsCompleted) _takingOver = TakeOverAsync();

        async Task TakeOverAsync()
        {
            try
            {
                await _writer.DoAsync(new OutboxTakeOver(), CancellationToken.None);
            }
            catch (StorageUnavailableException)
            {
                // Looked for again in a second.
            }
        }
    }

    private async Task EndStalledAsync(NpgsqlConnection connection)
    {
        await using var end = new NpgsqlCommand(EventSql.EndStalled, connection) { Parameters = { PostgresCommands.Number((long)_storage.Deadline.TotalMilliseconds) } };
        if (await end.ExecuteScalarAsync(_stopping.Token) is long ended and > 0) Log.Ended(_logger, ended);
    }

    private static string Quote(string channel) => $"\"{channel.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

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
        _writer.Reload();
    }

    // What was announced meanwhile is not heard.
    private void Detach()
    {
        _listened = null;
        _storage.PendingNotifications.Clear();
        _wanted.Forget();
    }

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
