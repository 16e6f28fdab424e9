using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres;
using TaskApi.Tests.Infrastructure;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests;

/// <summary>Calls for work of one transaction that want some of the same queues, where no other node takes.</summary>
public sealed class OverlappingCallsTests
{
    [Fact]
    public async Task Calls_OfWhichOneWantsMoreQueuesThanTheOther_GetATaskEach()
    {
        await using var api = new TaskApiFactory();
        var (storage, node) = (api.Services.GetRequiredService<ITaskStorage>(), (PostgresStorage)api.Services.GetRequiredService<DatabaseAccess>().Storage);
        await TwoNodes.Until(() => Task.FromResult(!node.HasOthers));
        WorkAcquire[] calls = [Call(["resize"], worker: "one"), Call(["other", "resize"], worker: "two")];
        // Workers that have called are known, and what they call for then is asked for at once.
        foreach (var call in calls) Assert.Empty((await storage.Work.AcquireAsync(call, Ended)).Tasks);
        for (var i = 0; i < 2; i++) await storage.CreateAsync("", Spec(), watch: false, Ended);

        var answers = await Task.WhenAll(await BusyWriter.While(
            storage, api.Services.GetRequiredService<IConfiguration>().GetConnectionString("Tasks")!, () => Array.ConvertAll(calls, call => storage.Work.AcquireAsync(call, Ended).AsTask())));

        Assert.All(answers, static answer => Assert.Single(answer.Tasks));
        Assert.NotEqual(answers[0].Tasks[0].Task.Id, answers[1].Tasks[0].Task.Id);
    }
}
