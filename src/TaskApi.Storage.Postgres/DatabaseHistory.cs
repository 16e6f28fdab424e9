using System.Data.Common;
using System.Runtime.CompilerServices;
using Npgsql;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Postgres.Sql;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// The course of the database's history to which connections belong. A replica that was behind and takes over, or an older copy that is restored,
/// begins another: what this process knows from the one before, such as the numbers of owners, holds no more. Each connection finds out
/// before it is used. The first one of all nodes that finds another history sets all numbers far ahead, so that none is given out again.
/// Thread-safe.
/// </summary>
internal sealed class DatabaseHistory
{
    private readonly Lock _gate = new();
    private readonly ConditionalWeakTable<DbConnection, StrongBox<int>> _generations = [];
    private string? _epoch;
    private int _generation;
    private long _lastEvent;
    private long _lastTask;

    /// <summary>How many histories this process has seen begin.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>The generation to which a connection belongs.</summary>
    public int Of(DbConnection connection) => _generations.TryGetValue(connection, out var generation) ? generation.Value : Generation;

    /// <summary>An event with this number has been told.</summary>
    public void SawEvent(long number) => Raise(ref _lastEvent, number);

    /// <summary>A task may have been created with this number.</summary>
    public void SawTask(long number) => Raise(ref _lastTask, number);

    /// <summary>Finds out to which history a new connection belongs.</summary>
    public void Enter(NpgsqlConnection connection) => Enter(connection, Read(connection));

    /// <inheritdoc cref="Enter(NpgsqlConnection)"/>
    public async ValueTask EnterAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var read = new NpgsqlCommand(ClusterSql.ReadHistory, connection);
        State state;
        await using (var reader = await read.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            state = Read(reader);
        }

        Enter(connection, state);
    }

    private void Enter(NpgsqlConnection connection, State state)
    {
        if (!Continues(state)) state = Renew(connection);
        SawEvent(state.LastEvent);
        SawTask(state.LastTask);
        lock (_gate)
        {
            if (_epoch is not null && _epoch != state.Epoch) Volatile.Write(ref _generation, _generation + 1);
            _epoch = state.Epoch;
            _generations.AddOrUpdate(connection, new StrongBox<int>(_generation));
        }
    }

    /// <summary>Fails if another history has begun since the connection was opened.</summary>
    /// <exception cref="StorageUnavailableException">What it says would not be of the database as it is now.</exception>
    public void Check(DbConnection connection) => Check(Of(connection));

    /// <inheritdoc cref="Check(DbConnection)"/>
    public void Check(int generation)
    {
        if (generation != Generation) throw new StorageUnavailableException("The database has gone back to an earlier state, or another has taken its place.");
    }

    private bool Continues(State state) =>
        state.Recorded == state.Current && state.LastEvent >= Volatile.Read(ref _lastEvent) && state.LastTask >= Volatile.Read(ref _lastTask);

    // Nobody uses what is set here before this has committed: every connection looks first.
    private State Renew(NpgsqlConnection connection)
    {
        using var transaction = connection.BeginTransaction();
        Execute(connection, ClusterSql.LockHistory);
        var state = Read(connection);
        if (Continues(state)) return state;
        // A database just made has no other history before this one.
        Execute(connection, EventSql.LockCommitOrder);
        if (state.Recorded.Length > 0) Execute(connection, ClusterSql.SetNumbersAhead, Number(Volatile.Read(ref _lastEvent)), Number(Volatile.Read(ref _lastTask)));
        Execute(connection, ClusterSql.RecordHistory, Text(state.Current));
        state = Read(connection);
        transaction.Commit();
        return state;
    }

    private static State Read(NpgsqlConnection connection)
    {
        using var read = new NpgsqlCommand(ClusterSql.ReadHistory, connection);
        using var reader = read.ExecuteReader();
        reader.Read();
        return Read(reader);
    }

    private static State Read(NpgsqlDataReader reader) => new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4));

    private static void Execute(NpgsqlConnection connection, string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        using var command = new NpgsqlCommand(text, connection);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        command.ExecuteNonQuery();
    }

    private static void Raise(ref long known, long number)
    {
        for (var before = Volatile.Read(ref known); number > before;)
        {
            var found = Interlocked.CompareExchange(ref known, number, before);
            if (found == before) return;
            before = found;
        }
    }

    /// <param name="Recorded">The history as the database has it written down; empty if it hasn't.</param>
    /// <param name="Current">The history as the server has it.</param>
    /// <param name="Epoch">The name of the one that is written down, another for each.</param>
    /// <param name="LastEvent">The number of the latest event.</param>
    /// <param name="LastTask">The number of the latest task.</param>
    private readonly record struct State(string Recorded, string Current, string Epoch, long LastEvent, long LastTask);
}
