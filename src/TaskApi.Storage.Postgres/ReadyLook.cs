using Npgsql;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// What waits for its turn and what runs, for metrics and health: looked up when somebody asks, on a connection of its own, and not looked up again for a while. As long
/// as the database is away it is what it was. Thread-safe.
/// </summary>
/// <param name="storage">The database.</param>
/// <param name="clock">Says how long ago that was.</param>
internal sealed class ReadyLook(PostgresStorage storage, RunClock clock)
{
    // More queues are told apart by nobody, and more tasks of a queue would cost more to count than that is worth.
    private const int MostQueues = 100;
    private const int MostOfQueue = 10_000;

    private static readonly TimeSpan _freshOldest = TimeSpan.Zero;
    private static readonly TimeSpan _freshQueues = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private TimeSpan? _lookedForOldest;
    private TimeSpan? _lookedAtQueues;
    private long? _oldest;
    private IReadOnlyList<QueueCount> _queues = [];

    /// <summary>How many wait in each queue, up to 10,000 in each of a hundred; and how many run, in each of the first thousand in which any do.</summary>
    public IReadOnlyList<QueueCount> CountByQueue()
    {
        lock (_gate)
        {
            if (IsDue(ref _lookedAtQueues, _freshQueues)) Look(WorkSql.CountByQueue, ReadQueues, Number(MostQueues), Number(MostOfQueue));
            return _queues;
        }
    }

    /// <summary>When the one that has waited longest came due, in Unix milliseconds; null if none waits.</summary>
    public long? FindOldest()
    {
        lock (_gate)
        {
            if (IsDue(ref _lookedForOldest, _freshOldest)) Look(WorkSql.OldestReady, ReadOldest);
            return _oldest;
        }
    }

    private bool IsDue(ref TimeSpan? looked, TimeSpan fresh)
    {
        var now = clock.Ticks.Elapsed;
        if (storage.Fault is not null || now - looked < fresh) return false;
        looked = now;
        return true;
    }

    private void Look(string text, Action<NpgsqlDataReader> read, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        try
        {
            using var connection = storage.Connect();
            using var command = new NpgsqlCommand(text, connection);
            foreach (var parameter in parameters) command.Parameters.Add(parameter);
            using var reader = command.ExecuteReader();
            read(reader);
        }
        catch (Exception exception) when (storage.IsFault(exception))
        {
            // It says so itself.
        }
    }

    private void ReadOldest(NpgsqlDataReader reader) => _oldest = reader.Read() && !reader.IsDBNull(0) ? reader.GetInt64(0) : null;

    private void ReadQueues(NpgsqlDataReader reader)
    {
        var queues = new List<QueueCount>();
        while (reader.Read()) queues.Add(new QueueCount(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
        _queues = queues;
    }
}
