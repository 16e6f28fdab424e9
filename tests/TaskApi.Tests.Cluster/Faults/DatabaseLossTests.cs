using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>A database that is restarted, and one whose power fails, under load.</summary>
public sealed class DatabaseLossTests : IDisposable
{
    private readonly PostgresServer _server = new();
    private readonly NodesUnderLoad _cluster;

    public DatabaseLossTests()
    {
        var database = _server.NewSchema();
        _cluster = new NodesUnderLoad(database, database);
    }

    [Fact]
    public async Task Database_RestartedUnderLoad_NothingIsLostEarlyChangedOrDoubled()
    {
        await _cluster.Start();
        foreach (var mode in (string[])["fast", "immediate", "fast"])
        {
            await _cluster.Answers(200);
            _server.Stop(mode);
            _server.Start();
        }

        await _cluster.Answers(200);
        await _cluster.Check();
    }

    public void Dispose()
    {
        _cluster.Dispose();
        _server.Dispose();
    }
}
