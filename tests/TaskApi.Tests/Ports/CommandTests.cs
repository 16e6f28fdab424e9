using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Ports;

/// <summary>What <see cref="ITaskCommands"/> promises.</summary>
public sealed class CommandTests : PortTests
{
    [Fact]
    public async Task Create_ATask_IsPendingAndAsAskedFor()
    {
        var created = await Create(Spec(1.5, group: "g", name: "n", message: "Bonjour"));

        var found = await Find(created.Id);
        Assert.Equivalent(created, found, strict: true);
        Assert.Equal((TaskState.Pending, Owner, "n", "g", "Bonjour", 1.5), (created.State, created.Owner, created.Name, created.Group, created.Message, created.DelaySeconds));
        Assert.Equal(Clock.GetUtcNow(), created.CreatedAt);
        Assert.Equal(created.CreatedAt.AddSeconds(1.5), created.DueAt);
        Assert.Equal((null, null, null, 0), (created.FinishedAt, created.Result, created.Error, created.Version));
    }

    [Fact]
    public async Task Create_Watched_CompletesWithTheTaskAsItFinished()
    {
        var created = await Commands.CreateAsync(Owner, Spec(1), watch: true, Ended);

        Advance(1);
        var finished = await created.Completion!.Task.WaitAsync(TimeSpan.FromSeconds(30), Ended);

        Assert.Equal((created.Task!.Id, TaskState.Completed, created.Task.DueAt), (finished.Id, finished.State, finished.FinishedAt));
        Assert.EndsWith(" Hei", finished.Result);
    }

    [Fact]
    public async Task Change_WhoseConditionThrows_FailsAloneAndTheStorageGoesOn()
    {
        var task = await Create(Spec(100));

        // So many at once that those of a database share transactions.
        var calls = Enumerable.Range(0, 200).Select(i => Task.Run(
            async () => i % 10 > 0 ? (await Create(Spec(10))).Id : (await Cancel(task.Id, condition: static _ => throw new InvalidOperationException("Of this call."))).Task!.Id)).ToArray();
        await Task.WhenAll(calls).ContinueWith(static _ => { }, Ended, TaskContinuationOptions.None, TaskScheduler.Default);

        Assert.All(calls.Where(static (_, i) => i % 10 == 0), static call => Assert.Equal("Of this call.", call.Exception!.InnerException!.Message));
        Assert.All(calls.Where(static (_, i) => i % 10 > 0), static call => Assert.True(call.IsCompletedSuccessfully, call.Exception?.ToString()));
        Assert.Equal(TaskState.Pending, (await Find(task.Id))!.State);
        Assert.Equal((181, 181), (await Queries.GetStatsAsync(Owner, Ended) is var stats ? (stats.Created, stats.Pending) : default));
    }

    [Fact]
    public async Task Create_GivenUpBefore_CreatesNothing()
    {
        var givenUp = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Commands.CreateAsync(Owner, Spec(1), watch: false, givenUp));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Commands.CreateManyAsync(Owner, [Spec(1)], watch: false, givenUp));

        Assert.Equal(0, (await Queries.GetStatsAsync(Owner, Ended)).Created);
    }

    [Fact]
    public async Task Cancel_OfTasksInEachState_AnswersForEach()
    {
        var (completed, cancelled, pending) = (await Create(Spec(1)), await Create(Spec(10)), await Create(Spec(10)));
        await Cancel(cancelled.Id, "the first");
        Advance(1);

        var repeated = await Cancel(cancelled.Id, "the second");
        var tooLate = await Cancel(completed.Id);
        var answer = await Cancel(pending.Id, "why");

        Assert.Equal((AnswerStatus.Ok, TaskState.Cancelled, "the first"), (repeated.Status, repeated.Task!.State, repeated.Task.Error!.Detail));
        Assert.Equal((AnswerStatus.AlreadyFinished, TaskState.Completed), (tooLate.Status, tooLate.Task!.State));
        Assert.Equal((AnswerStatus.Ok, TaskState.Cancelled, TaskError.Cancelled, "why"), (answer.Status, answer.Task!.State, answer.Task.Error!.Reason, answer.Task.Error.Detail));
        Assert.Equal(Clock.GetUtcNow(), answer.Task.FinishedAt);
        Assert.Equivalent(answer.Task, await Find(pending.Id), strict: true);
    }

    [Fact]
    public async Task Change_OnAConditionThatFails_ChangesNothing()
    {
        var task = await Create(Spec(10));

        var cancel = await Cancel(task.Id, condition: static seen => seen.Version == 1);
        var reschedule = await Reschedule(task.Id, 20, condition: static seen => seen.Version == 1);

        Assert.Equal((AnswerStatus.ConditionFailed, AnswerStatus.ConditionFailed), (cancel.Status, reschedule.Status));
        Assert.Equivalent(task, cancel.Task, strict: true);
        Assert.Equivalent(task, await Find(task.Id), strict: true);
        Assert.Equal(AnswerStatus.Ok, (await Reschedule(task.Id, 20, condition: static seen => seen.Version == 0)).Status);
        Assert.Equal(AnswerStatus.Ok, (await Cancel(task.Id, condition: static seen => seen.Version == 1)).Status);
    }

    [Fact]
    public async Task Change_OfWhatIsDone_IsRefusedBeforeTheConditionIsAsked()
    {
        var task = await Create(Spec(1));
        Advance(1);

        var cancel = await Cancel(task.Id, condition: static _ => throw new InvalidOperationException("Asked."));
        var reschedule = await Reschedule(task.Id, 5, condition: static _ => throw new InvalidOperationException("Asked."));

        Assert.Equal((AnswerStatus.AlreadyFinished, AnswerStatus.AlreadyFinished), (cancel.Status, reschedule.Status));
        Assert.Equal(TaskState.Completed, reschedule.Task!.State);
    }

    [Fact]
    public async Task Change_OfAnothersTask_IsAnsweredAsIfItDidNotExist()
    {
        var task = await Create(Spec(10), owner: "north");
        await Create(Spec(10), owner: "south");

        Assert.Equal(new TaskAnswer(AnswerStatus.NotFound), await Cancel(task.Id, owner: "south"));
        Assert.Equal(new TaskAnswer(AnswerStatus.NotFound), await Reschedule(task.Id, 1, owner: "south"));
        Assert.Equal(new TaskAnswer(AnswerStatus.NotFound), Assert.Single(await Commands.CancelManyAsync("south", [task.Id], Because(), Ended)));
        Assert.Equal(new CancelCounts(1, 0), await Commands.CancelAllAsync("south", default, Because(), Ended));

        Assert.Equivalent(task, await Find(task.Id, "north"), strict: true);
    }

    [Fact]
    public async Task CancelMany_OfAllKinds_AnswersInTheirOrder()
    {
        var (completed, pending) = (await Create(Spec(1)), await Create(Spec(10)));
        Advance(1);

        var answers = await Commands.CancelManyAsync(Owner, [Guid.NewGuid(), pending.Id, completed.Id, pending.Id], Because(), Ended);

        Assert.Equal([AnswerStatus.NotFound, AnswerStatus.Ok, AnswerStatus.AlreadyFinished, AnswerStatus.Ok], answers.Select(static answer => answer.Status));
    }

    [Fact]
    public async Task CancelAll_OfAGroup_CancelsWhatIsPendingOfItAlone()
    {
        var (done, first, second, other) = (await Create(Spec(1, group: "g")), await Create(Spec(10, group: "g")), await Create(Spec(10, group: "g")), await Create(Spec(10)));
        Advance(1);

        Assert.Equal(new CancelCounts(2, 0), await Commands.CancelAllAsync(Owner, new CancelQuery("g"), Because(), Ended));

        var states = (await Queries.FindManyAsync(Owner, [done.Id, first.Id, second.Id, other.Id], Ended)).Select(static task => task!.State);
        Assert.Equal([TaskState.Completed, TaskState.Cancelled, TaskState.Cancelled, TaskState.Pending], states);
    }

    [Fact]
    public async Task CancelAll_OfATime_CancelsWhatWasCreatedInItAlone()
    {
        var tasks = new List<Guid>();
        for (var i = 0; i < 5; i++, Advance(60))
            tasks.Add((await Create(Spec(9_000, group: "g"))).Id);
        var (second, fourth) = ((await Find(tasks[1]))!.CreatedAt, (await Find(tasks[3]))!.CreatedAt);
        var span = new CancelQuery("g") { CreatedAfter = second, CreatedBefore = fourth };

        Assert.Equal(default, await Commands.CancelAllAsync(Owner, new CancelQuery("else") { CreatedAfter = second }, Because(), Ended));
        Assert.Equal(default, await Commands.CancelAllAsync(Owner, new CancelQuery { CreatedAfter = fourth.AddDays(1) }, Because(), Ended));
        // Between two tasks, and no whole millisecond.
        Assert.Equal(default, await Commands.CancelAllAsync(Owner, span with { CreatedAfter = second.AddTicks(1), CreatedBefore = second.AddTicks(2) }, Because(), Ended));
        Assert.Equal(new CancelCounts(2, 0), await Commands.CancelAllAsync(Owner, span, Because(), Ended));

        Assert.Equal([false, true, true, false, false], await AreCancelled(tasks));
        Assert.Equal(new CancelCounts(1, 0), await Commands.CancelAllAsync(Owner, new CancelQuery { CreatedBefore = second.AddTicks(1) }, Because(), Ended));
        Assert.Equal(new CancelCounts(1, 0), await Commands.CancelAllAsync(Owner, new CancelQuery { CreatedAfter = fourth.AddTicks(1) }, Because(), Ended));
        Assert.Equal([true, true, true, false, true], await AreCancelled(tasks));
    }

    [Fact]
    public async Task Reschedule_APendingTask_CountsFromNow()
    {
        var task = await Create(Spec(10));
        Advance(4);

        var answer = await Reschedule(task.Id, 2.5, "changed");

        Assert.Equal((AnswerStatus.Ok, "changed", 2.5, 1), (answer.Status, answer.Task!.Message, answer.Task.DelaySeconds, answer.Task.Version));
        Assert.Equal(Clock.GetUtcNow().AddSeconds(2.5), answer.Task.DueAt);
        Advance(2.499);
        Assert.Equal(TaskState.Pending, (await Find(task.Id))!.State);
        Advance(0.001);
        Assert.Equal(TaskState.Completed, (await Find(task.Id))!.State);
    }

    private async Task<IEnumerable<bool>> AreCancelled(List<Guid> tasks) => (await Queries.FindManyAsync(Owner, tasks, Ended)).Select(static task => task!.State == TaskState.Cancelled);
}
