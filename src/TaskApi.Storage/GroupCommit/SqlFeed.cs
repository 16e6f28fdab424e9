using TaskApi.Engine.Events;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What happens to tasks, as it happens: where the database is shared, also in other processes.</summary>
/// <param name="database">The database, in use.</param>
internal sealed class SqlFeed(DatabaseAccess database) : ITaskFeed
{
    // For how many milliseconds a reader waits at its beginning for what has happened before.
    private const int LongestCatchUpMs = 500;

    private static readonly TimeSpan _betweenTries = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public TaskEventLog Events => database.Events;

    /// <inheritdoc/>
    public async ValueTask<TaskEventReader> ReadEventsAsync(long? after, CancellationToken cancellationToken)
    {
        if (database.Listener is not { } listener) return Events.Open(after);
        // What happened before this call is recorded if somebody read events then, and not because of this one.
        if (after is not null)
            await CatchUpAsync(await database.Readers.ReadAsync(0, static (session, _, token) => session.LastEventAsync(token), cancellationToken), cancellationToken);
        var reader = Events.Open(after);
        try
        {
            reader.Begin(after, await CatchUpAsync(await WantEventsAsync(listener, cancellationToken), cancellationToken));
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    // Waits, if not for long, until this process has been told of what all have done up to now; answers the number of the latest event.
    private async ValueTask<long> CatchUpAsync(long last, CancellationToken cancellationToken)
    {
        for (var i = 0; i < LongestCatchUpMs && Events.Last < last; i++) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellationToken);
        return last;
    }

    // Holds no connection between two tries.
    private async ValueTask<long> WantEventsAsync(IListener listener, CancellationToken cancellationToken)
    {
        var asked = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var last = await database.Readers.ReadAsync(listener, static (session, listener, token) => session.WantEventsAsync(listener, token), cancellationToken);
            if (last is not null) return last.Value;
            if (TimeProvider.System.GetElapsedTime(asked) > database.Storage.Cluster?.Deadline) throw new StorageUnavailableException("Another process doesn't end its transaction.");
            await Task.Delay(_betweenTries, TimeProvider.System, cancellationToken);
        }
    }
}
