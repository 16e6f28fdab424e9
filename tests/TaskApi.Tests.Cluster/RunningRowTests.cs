using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>A task that is running is neither pending nor done, whichever node looks at its row. (None runs by itself yet: the database says so.)</summary>
public sealed class RunningRowTests : TwoNodes
{
    private readonly string _schema;

    public RunningRowTests()
        : this(PostgresServer.Shared.NewSchema())
    {
    }

    private RunningRowTests(string schema)
        : base(("ConnectionStrings:Tasks", schema)) => _schema = schema;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Running_LongAfter_IsShownAwaitedAndNotForgotten()
    {
        var (storage, other) = (Api.Services.GetRequiredService<ITaskStorage>(), Api.Other.Services.GetRequiredService<ITaskStorage>());
        var id = (await storage.CreateAsync("", new TaskSpec { Message = "m", Schedule = new TaskSchedule(10) }, watch: false, Ended)).Task!.Id;
        PostgresServer.Execute(_schema, "UPDATE tasks SET state = 4");

        Api.Clock.Advance(TimeSpan.FromHours(2));

        var found = (await other.FindAsync("", id, Ended)).Task!;
        Assert.Equal((TaskState.Running, false, null, null, null), (found.State, found.IsDone, found.FinishedAt, found.Result, found.Error));
        Assert.NotNull((await other.WatchAsync("", id, Ended)).Completion);
        Assert.Equal(id, Assert.Single((await other.ListAsync("", new TaskQuery(null, null, null, null, 10), Ended)).Tasks).Id);
        Assert.Equal(AnswerStatus.IsRunning, (await storage.RescheduleAsync("", id, new TaskRevision(new TaskSchedule(5), Message: null), condition: null, Ended)).Status);
    }
}
