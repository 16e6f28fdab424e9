using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work;

namespace TaskApi.Tests.Faults;

/// <summary>A server whose table of locks has room for some hundreds.</summary>
public sealed class SmallServerTests : IDisposable
{
    private readonly PostgresServer _server = new("-c max_connections=20 -c max_locks_per_transaction=10");

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Batch_OfThousandsOfUniqueTasks_IsTaken()
    {
        await using var node = new TaskApiFactory(("ConnectionStrings:Tasks", _server.ConnectionString("public")));
        var spec = WorkFixture.Spec(delaySeconds: 1000);
        TaskSpec[] batch = [.. Enumerable.Range(0, 5000).Select(number => spec with { Work = spec.Work! with { Unique = new UniqueTask($"k{number}", UniqueScope.Unfinished, UniqueConflict.Existing) } })];

        var answer = await node.Services.GetRequiredService<ITaskCommands>().CreateManyAsync("", batch, watch: false, TestContext.Current.CancellationToken);

        Assert.Equal(AnswerStatus.Ok, answer.Status);
    }
}
