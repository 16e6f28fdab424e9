using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;

namespace TaskApi.Tests.Infrastructure;

/// <summary>
/// Knows when the nodes that share a database have done what is due by the clock that they share, and have heard of it from one another. They
/// do so on threads and connections of their own: a clock that went on meanwhile would have them finish tasks late, and hear of it in another
/// order. For one caller at a time.
/// </summary>
/// <param name="clock">By which tasks are due.</param>
internal sealed class NodesAtRest(RunClock clock) : IDisposable
{
    private const string Look = $"""
        SELECT ({EventSql.LastEvent}), EXISTS (SELECT 1 FROM all_tasks WHERE state = 0 AND {TaskSql.TimerTick} <= $1)
          OR EXISTS (SELECT 1 FROM work WHERE alarm IS NOT NULL AND alarm <= $1) OR EXISTS (SELECT 1 FROM beats WHERE until <= $1)
        """;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly List<ITaskStorage> _nodes = [];
    private string? _database;
    private NpgsqlConnection? _connection;

    /// <summary>Adds a node that has started.</summary>
    public void Add(IServiceProvider node)
    {
        _nodes.Add(node.GetRequiredService<ITaskStorage>());
        _database ??= node.GetRequiredService<IConfiguration>().GetConnectionString("Tasks");
    }

    /// <summary>From now on nobody is waited for.</summary>
    public void Clear() => _nodes.Clear();

    /// <summary>True if no task is due and every node knows of all that has happened.</summary>
    public bool Check()
    {
        if (_nodes.Count == 0) return true;
        using var look = new NpgsqlCommand(Look, _connection ??= Open()) { Parameters = { new() { Value = clock.Now } } };
        long last;
        using (var reader = look.ExecuteReader())
        {
            reader.Read();
            if (reader.GetBoolean(1)) return false;
            last = reader.GetInt64(0);
        }

        // A writer answers when it has told of all that it did before, and has set its alarm. To create no task takes it nowhere else.
        return Task.WaitAll([.. _nodes.Select(static node => node.CreateManyAsync("", [], watch: false, CancellationToken.None).AsTask())], _patience)
            && _nodes.TrueForAll(node => node.Events.Last >= last);
    }

    public void Dispose() => _connection?.Dispose();

    private NpgsqlConnection Open()
    {
        // A pool would keep a connection to the schema of each test.
        var connection = new NpgsqlConnection($"{_database};Pooling=false");
        connection.Open();
        return connection;
    }
}
