using System.Net;
using TaskApi.AspNetCore.Handlers;
using TaskApi.Tests.Infrastructure;
using Barrier = TaskApi.Tests.Work.Handlers.Barrier;

namespace TaskApi.Tests;

/// <summary>Queues that the configuration bounds, whosever they are: of owners, too, of whom a node has never heard.</summary>
public sealed class DefaultBoundsTests : IDisposable
{
    private const string Create = "SELECT taskapi_create(type => 'resize', queue => 'q', owner => 'north') FROM generate_series(1, 3)";

    private readonly string _database = PostgresServer.Shared.NewDatabase();

    public void Dispose() => PostgresServer.Shared.Drop(_database);

    [Fact]
    public async Task Handlers_OfANodeThatStarts_RunNoMoreOfAnUnknownOwnersThanMayRun()
    {
        PostgresServer.Execute(_database, "UPDATE taskapi_schema SET max_pending = 1000, max_batch = 1000, max_input = 10000");
        PostgresServer.Execute(_database, Create);
        var barrier = new Barrier();
        await using var node = new TaskApiFactory(("ConnectionStrings:Tasks", _database), ("Work:Queues:q:MaxRunning", "1"))
        {
            Registrations = services => services.AddHandlerDelegate((int? _, CancellationToken ended) => barrier.Pass(ended), "resize", configure: null),
        };
        using var client = node.CreateDefaultClient(new DescribedAnswers());
        await barrier.Arrival();

        // Those that begin with one call begin in one transaction.
        Assert.Equal(1L, PostgresServer.Ask(_database, "SELECT count(*) FROM work WHERE running = 1"));
        (await Reply.Send(client, HttpMethod.Get, "/health/ready")).Is(HttpStatusCode.OK);
        barrier.Open();
        await TwoNodes.Until(() => Task.FromResult(PostgresServer.Ask(_database, "SELECT count(*) FROM all_tasks WHERE finished IS NOT NULL") is 3L));
    }
}
