using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Handlers;
using TaskApi.Client;
using TaskApi.Tests.Infrastructure;
using Barrier = TaskApi.Tests.Work.Handlers.Barrier;

namespace TaskApi.Tests.Programs;

/// <summary>ITasks in the process of the tasks.</summary>
public sealed class LocalTasksTests : TasksTests
{
    protected override ITasks Tasks => Api.Services.GetRequiredService<ITasks>();
}

/// <summary>ITasks over HTTP.</summary>
public sealed class RemoteTasksTests : TasksTests
{
    protected override ITasks Tasks { get => field ??= new TaskApiClient(Api.CreateTestClient()); }
}

/// <summary>What a program sees of its tasks, wherever they are: one suite.</summary>
public abstract class TasksTests : EndpointTests
{
    private readonly Barrier _barrier;

    protected TasksTests()
        : this(new Barrier())
    {
    }

    private TasksTests(Barrier barrier)
        : base(new TaskApiFactory { Registrations = services => AddHandlers(services, barrier) }) => _barrier = barrier;

    /// <summary>The subject.</summary>
    protected abstract ITasks Tasks { get; }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_AMessage_IsThereWhenItIsDue()
    {
        var task = await Tasks.CreateAsync(new NewTask("Hei", Seconds(5)) { Name = "n", Group = "g" }, Ended);
        var info = await task.GetAsync(Ended);

        Assert.Equal(("Hei", "n", "g", 5.0, TaskState.Pending, Now + Seconds(5)), (info.Message, info.Name, info.Group, info.DelaySeconds, info.Status, info.DueAt));
        Assert.Equal((null, null, null, null), (info.Type, info.Result, info.Error, info.Parent));
        Assert.False(await task.IsDoneAsync(Ended));
        Clock.Advance(Seconds(5));
        Assert.Matches(@"^\d\d:\d\d:\d\d Hei$", await task.ResultAsync(Ended));
        Assert.Equal(await task.ResultAsync(Ended), await task);
        Assert.True((await task.WaitAsync(cancellationToken: Ended)).Done);
    }

    [Fact]
    public async Task Create_AGather_IsAwaitedForTheResultsOfAll()
    {
        var first = await Tasks.CreateAsync<Point, Point>("swap", new Point(1, 2), cancellationToken: Ended);
        var gather = await Tasks.CreateAsync<object, Point[]>("gather", new { ids = new[] { first.Id, first.Id }, onFailure = "cancel" }, cancellationToken: Ended);

        Assert.Equal([new Point(2, 1), new Point(2, 1)], await gather);
        var refusal = await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.CreateAsync("gather", new { ids = Array.Empty<Guid>() }, cancellationToken: Ended));
        Assert.Equal(["input.ids"], refusal.Problem.Errors!.Keys);
    }

    [Fact]
    public async Task Create_ForACoroutine_IsAwaitedForWhatItReturns()
    {
        var task = await Tasks.CreateAsync<Point, Point>("swap", new Point(1, 2), new() { Priority = 3, Key = "k", Queue = "q" }, Ended);

        Assert.Equal(new Point(2, 1), await task);
        Assert.Equal(new Point(2, 1), await Tasks.Attach(task.Id).ResultAsync<Point>(cancellationToken: Ended));
        var info = await task.GetAsync(Ended);
        Assert.Equal(("swap", "q", 3, "k", 1, TaskState.Completed), (info.Type, info.Queue, info.Priority, info.Key, info.Attempt, info.Status));
        Assert.Equal(1, info.Input!.Value.GetProperty("x").GetInt32());
        Assert.Equal((new Point(2, 1), """{"x":2,"y":1}"""), (info.ResultAs<Point>(), info.Result));
        Assert.Null(info.Message);
        Assert.NotNull(info.StartedAt);
        Assert.NotNull(info.Worker);
    }

    [Fact]
    public async Task Result_OfOneThatFailed_IsItsException()
    {
        var task = await Tasks.CreateAsync("fail", "No good.", cancellationToken: Ended);

        var failed = await Assert.ThrowsAsync<TaskFailedException>(() => task.ResultAsync(Ended));

        Assert.Equal(("broken", "No good."), (failed.Reason, failed.Detail));
        Assert.Equal(TaskState.Failed, (await task.WaitAsync(cancellationToken: Ended)).Status);
    }

    [Fact]
    public async Task Result_OfOneThatWasCancelled_SaysSo()
    {
        var task = await Tasks.CreateAsync(new NewTask("Hei", Seconds(5)), Ended);

        var cancelled = await task.CancelAsync("changed my mind", Ended);
        var exception = await Assert.ThrowsAsync<TaskCancelledException>(() => task.ResultAsync(Ended));

        Assert.Equal((TaskState.Cancelled, new TaskError("cancelled", "changed my mind")), (cancelled.Status, cancelled.Error));
        Assert.Equal(new TaskError("cancelled", "changed my mind"), exception.Problem.Error);
        Assert.Equal(410, exception.Problem.Status);
    }

    [Fact]
    public async Task Cancel_OfARunningOne_AsksItToEnd()
    {
        var task = await Tasks.CreateAsync("wait", 0, cancellationToken: Ended);
        await _barrier.Arrival();

        Assert.True((await task.CancelAsync(cancellationToken: Ended)) is { Done: true } or { CancelRequested: true });
        Assert.Equal(TaskState.Cancelled, (await task.WaitAsync(cancellationToken: Ended)).Status);
    }

    [Fact]
    public async Task Cancel_OfOneThatIsDone_IsRefused()
    {
        var task = await Tasks.CreateAsync(new NewTask("Hei"), Ended);
        await task.ResultAsync(Ended);

        var refused = await Assert.ThrowsAsync<TaskAlreadyFinishedException>(() => task.CancelAsync(cancellationToken: Ended));

        Assert.Equal(("The task has completed; its final state does not change any more.", 409), (refused.Problem.Detail, refused.Problem.Status));
    }

    [Fact]
    public async Task Reschedule_APendingOne_ChangesWhatIsGiven()
    {
        var message = await Tasks.CreateAsync(new NewTask("Hei", Seconds(5)), Ended);
        var work = await Tasks.CreateAsync("swap", new Point(1, 2), new() { Delay = Seconds(5) }, Ended);

        await message.RescheduleAsync(new TaskChange { Delay = Seconds(7), Message = "Bye" }, Ended);
        await work.RescheduleAsync(new TaskChange { Priority = 9, Input = JsonElement.Parse("""{"x":5,"y":6}""") }, Ended);
        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => work.RescheduleAsync(new TaskChange { Message = "Hei" }, Ended));

        Assert.Equal(("Bye", Now + Seconds(7)), ((await message.GetAsync(Ended)).Message, (await message.GetAsync(Ended)).DueAt));
        Assert.Equal((9, 5), ((await work.GetAsync(Ended)).Priority, (await work.GetAsync(Ended)).Input!.Value.GetProperty("x").GetInt32()));
        Assert.Equal(["message"], refused.Problem.Errors!.Keys);
    }

    [Fact]
    public async Task Rerun_OfOneThatIsDone_DoesItOnceMore()
    {
        var first = await Tasks.CreateAsync<Point, Point>("swap", new Point(1, 2), cancellationToken: Ended);
        await first;

        var second = await first.RerunAsync(Ended);

        Assert.Equal(new Point(2, 1), await second.ResultAsync<Point>(cancellationToken: Ended));
        Assert.Equal(first.Id, (await second.GetAsync(Ended)).Parent);
    }

    [Fact]
    public async Task Rerun_OfOneThatIsNot_IsRefused()
    {
        var task = await Tasks.CreateAsync(new NewTask("Hei", Seconds(5)), Ended);

        Assert.Equal(409, (await Assert.ThrowsAsync<TaskApiException>(() => task.RerunAsync(Ended))).Problem.Status);
    }

    [Fact]
    public async Task Progress_OfACoroutine_IsToldToTheLast()
    {
        var task = await Tasks.CreateAsync("steps", 3, cancellationToken: Ended);
        var last = new TaskCompletionSource<TaskProgress>(TaskCreationOptions.RunContinuationsAsynchronously);

        var told = await task.ProgressAsync(Ended).ToListAsync(Ended);
        var info = await task.WaitAsync(new Told(last), Ended);

        Assert.Equal((3, 3, "last"), (told[^1].Done, told[^1].Total, told[^1].Note));
        Assert.Equal(told[^1], await last.Task);
        Assert.True(info.Done);
    }

    [Fact]
    public async Task Progress_LeftBeforeTheEnd_LeavesTheTaskAlone()
    {
        var task = await Tasks.CreateAsync("begin", 0, cancellationToken: Ended);

        await foreach (var step in task.ProgressAsync(Ended))
        {
            Assert.Equal(1, step.Done);
            break;
        }

        Assert.False(await task.IsDoneAsync(Ended));
        await task.CancelAsync(cancellationToken: Ended);
        Assert.Equal(TaskState.Cancelled, (await task.WaitAsync(cancellationToken: Ended)).Status);
    }

    [Fact]
    public async Task Create_WhatIsNoTask_NamesTheFields()
    {
        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.CreateAsync(new NewTask("", Seconds(-1)) { Group = "?" }, Ended));
        var typed = await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.CreateAsync("not a type", 1, new() { Priority = 1000, Retry = new TaskRetry { MaxAttempts = 0 } }, Ended));
        var second = await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.CreateManyAsync([new NewTask("a"), new NewTask("")], Ended));

        Assert.Equal(["delaySeconds", "group", "message"], refused.Problem.Errors!.Keys.Order());
        Assert.Equal(["priority", "retry.maxAttempts", "type"], typed.Problem.Errors!.Keys.Order());
        Assert.Equal(["[1].message"], second.Problem.Errors!.Keys);
        Assert.Empty(await Tasks.ListAsync(cancellationToken: Ended).ToListAsync(Ended));
    }

    [Fact]
    public async Task Task_ThatIsUnknown_IsNotFoundByAnyCall()
    {
        var task = Tasks.Attach(Guid.CreateVersion7());

        await Assert.ThrowsAsync<TaskNotFoundException>(() => task.GetAsync(Ended));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => task.WaitAsync(cancellationToken: Ended));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => task.ResultAsync(Ended));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => task.CancelAsync(cancellationToken: Ended));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => task.RescheduleAsync(Seconds(1), Ended));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => task.RerunAsync(Ended));
        var unknown = await Assert.ThrowsAsync<TaskNotFoundException>(() => Tasks.GatherAsync([task], Ended));
        Assert.Equal([task.Id.ToString()], unknown.Problem.Ids);
    }

    private static void AddHandlers(IServiceCollection services, Barrier barrier)
    {
        services.AddHandlerDelegate(static (Point point) => new Point(point.Y, point.X), "swap", configure: null);
        services.AddHandlerDelegate(static int (string detail) => throw new TaskFailedException("broken", detail), "fail", configure: null);
        services.AddHandlerDelegate((int _, CancellationToken ended) => barrier.Pass(ended), "wait", configure: null);
        services.AddHandlerDelegate(Steps, "steps", configure: null);
        services.AddHandlerDelegate(
            (int _, TaskContext context, CancellationToken ended) =>
            {
                context.ReportProgress(1, 2);
                return barrier.Pass(ended);
            },
            "begin",
            configure: null);
    }

    private static void Steps(int count, TaskContext context)
    {
        for (var i = 1; i <= count; i++) context.ReportProgress(i, count, i == count ? "last" : null);
    }

    internal sealed record Point(int X, int Y);

    private sealed class Told(TaskCompletionSource<TaskProgress> last) : IProgress<TaskProgress>
    {
        public void Report(TaskProgress value) => last.TrySetResult(value);
    }
}
