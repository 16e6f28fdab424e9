using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Events;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres;
using TaskApi.Storage.Rows;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>A task that finished and was forgotten while the node was cut off from the database.</summary>
public sealed class ForgottenTaskTests
{
    [Fact]
    public async Task Waiter_OfATaskThatNobodyKnowsAnyMore_IsToldThatItFailed()
    {
        var time = new ManualTimeProvider();
        var clock = new RunClock(time);
        using var storage = new PostgresStorage(
            Options.Create(new TaskOptions()), new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Tasks", "Host=127.0.0.1")]).Build(), clock);
        var waiters = new WaiterTable();
        var publisher = new CommitPublisher(new TaskEventLog(16, long.MaxValue, time, isNumberedElsewhere: true), waiters, storage.Counters, clock, storage, NullLogger.Instance, new Measurements());
        var row = new TaskRow { Sequence = 5, Nonce = 1, Created = clock.Wall, Due = clock.Wall + 1000, Owner = 0, Message = "Hei", Name = "name", Group = "group" };
        var (id, created) = (row.Id, row.ToSnapshot(""));
        var completion = waiters.Watch(id);
        time.Advance(TimeSpan.FromHours(2));

        publisher.PublishForgotten(id, created, TaskErrors.HasBeenForgotten);
        publisher.Flush();

        var told = await completion.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((TaskState.Failed, "forgotten", time.GetUtcNow()), (told.State, told.Error!.Reason, told.FinishedAt));
        Assert.Equal((created.Id, created.Message, created.Name, created.Group, created.DueAt), (told.Id, told.Message, told.Name, told.Group, told.DueAt));
    }
}
