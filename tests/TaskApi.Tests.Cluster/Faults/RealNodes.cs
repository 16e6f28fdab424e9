using Npgsql;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Sql;

namespace TaskApi.Tests.Faults;

/// <summary>Nodes, each a process of its own, on one database, for what is done to single ones of them. Disposing it ends all.</summary>
internal sealed class RealNodes : IDisposable
{
    // Real time, and far more than it ever takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <param name="count">How many.</param>
    /// <param name="connection">What to add to their connection strings.</param>
    /// <param name="settings">Configuration of all, as environment variables.</param>
    public RealNodes(int count, string connection = "", params (string Key, string Value)[] settings)
        : this(count, "TaskApi.dll", connection, settings)
    {
    }

    private RealNodes(int count, string program, string connection, (string Key, string Value)[] settings)
    {
        Database = PostgresServer.Shared.NewSchema();
        All = [.. Enumerable.Range(0, count).Select(i => new ServiceProcess(
            [("Tasks__Storage", "Postgres"), ("ConnectionStrings__Tasks", $"{Database};Application Name={NameOf(i)}{connection}"), .. settings]) { Program = program })];
    }

    /// <summary>Programs with a handler for the type <c>slow</c>.</summary>
    public static RealNodes WithHandlers(int count) => new(count, "HandlerNode.dll", "", []);

    public IReadOnlyList<ServiceProcess> All { get; }

    /// <summary>The connection string.</summary>
    public string Database { get; }

    /// <summary>By which name the database knows a node.</summary>
    public string NameOf(int node) => $"{new NpgsqlConnectionStringBuilder(Database).SearchPath}-{node}";

    public Task Start() => Task.WhenAll(All.Select(static node => node.Start()));

    /// <summary>Goes on when the database says so.</summary>
    /// <param name="question">Answers true or false.</param>
    public async Task Until(string question)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (PostgresServer.Ask(Database, question) is not true)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < _patience, question);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A connection that may hold locks.</summary>
    public NpgsqlConnection Connect()
    {
        var connection = new NpgsqlConnection(Database);
        connection.Open();
        return connection;
    }

    public void Dispose()
    {
        foreach (var node in All) node.Dispose();
    }
}
