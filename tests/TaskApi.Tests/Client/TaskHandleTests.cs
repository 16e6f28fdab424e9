using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Client;

public sealed class TaskHandleTests : ClientTests
{
    [Fact]
    public async Task Create_Everything_IsTheTaskAskedFor()
    {
        var task = await Tasks.CreateAsync(
            new NewTask("Hei \u00e6 \"quoted\"", TimeSpan.FromSeconds(90.5)) { Name = "first", Group = "G", Timeout = TimeSpan.FromSeconds(100) }, cancellationToken: Ended);

        var info = await task.GetAsync(Ended);
        Assert.Equal((task.Id, "first", "G", "Hei \u00e6 \"quoted\"", 90.5), (info.Id, info.Name, info.Group, info.Message, info.DelaySeconds));
        Assert.Equal((TaskState.Pending, false), (info.Status, info.Done));
        Assert.Equal((Now, Now.AddSeconds(90.5)), (info.CreatedAt, info.DueAt));
        Assert.Equal((null, null, null), (info.FinishedAt, info.Result, info.Error));
    }

    [Fact]
    public async Task Create_DueAt_IsDueThen()
    {
        var task = await Tasks.CreateAsync(new NewTask("Hei") { DueAt = Now.AddHours(1).ToOffset(TimeSpan.FromHours(2)) }, cancellationToken: Ended);

        Assert.Equal(Now.AddHours(1), (await task.GetAsync(Ended)).DueAt);
    }

    [Fact]
    public async Task Create_TwiceWithOneKey_IsOneTask()
    {
        var first = await Tasks.CreateAsync(new NewTask("Hei"), "key", Ended);
        var second = await Tasks.CreateAsync(new NewTask("Hei"), "key", Ended);
        var third = await Tasks.CreateAsync(new NewTask("Hei"), cancellationToken: Ended);

        Assert.Equal(first.Id, second.Id);
        Assert.NotEqual(first.Id, third.Id);
    }

    [Fact]
    public async Task Create_Invalid_NamesTheField()
    {
        var refusal = await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.CreateAsync("", TimeSpan.FromSeconds(-1), Ended));

        Assert.Equal(["message", "delaySeconds"], refusal.Problem.Errors!.Keys);
        Assert.Equal(400, refusal.Problem.Status);
        Assert.StartsWith("400: message must have", refusal.Message, StringComparison.Ordinal);
        Assert.NotEmpty(refusal.Problem.TraceId!);
    }

    [Fact]
    public async Task Result_OfATaskThatTakesLongerThanOneCall_ComesAfterSeveral()
    {
        var task = await CreateTask(50);
        var result = task.ResultAsync(Ended);

        for (var calls = 0; calls < 2; calls++)
        {
            await Clock.TimerArmed(LongPoll);
            Assert.False(result.IsCompleted);
            Clock.Advance(LongPoll);
        }

        await Clock.TimerArmed(LongPoll);
        Clock.Advance(Seconds(10));
        Assert.Equal("10:00:50 Hei", await result);
        Assert.True(await task.IsDoneAsync(Ended));
    }

    [Fact]
    public async Task Result_OfACancelledTask_ThrowsWithTheReason()
    {
        var task = await CreateTask(50);
        var result = task.ResultAsync(Ended);
        await Clock.TimerArmed(LongPoll);

        var cancelled = await task.CancelAsync("changed & my mind?", Ended);

        Assert.Equal((TaskState.Cancelled, "changed & my mind?"), (cancelled.Status, cancelled.Error?.Detail));
        var exception = await Assert.ThrowsAsync<TaskCancelledException>(() => result);
        Assert.Equal(new TaskError("cancelled", "changed & my mind?"), exception.Problem.Error);
    }

    [Fact]
    public async Task Result_OfAFailedTask_ThrowsInTheWordsOfItsCoroutine()
    {
        var id = (await Create("""{"type":"resize"}""")).Id();
        var token = (await Post("/work/acquire", """{"worker":"w","queues":["resize"]}""")).Json.Items("tasks")[0].GetProperty("lease").Text("token");
        await Post("/work/finish", $$"""{"outcomes":[{"token":"{{token}}","error":{"reason":"ValueError","detail":"no such file"} }]}""");

        var exception = await Assert.ThrowsAsync<TaskFailedException>(() => Tasks.Attach(Guid.Parse(id)).ResultAsync(Ended));

        Assert.Equal(("ValueError", "no such file"), (exception.Reason, exception.Detail));
        Assert.Equal(424, Assert.IsType<TaskApiException>(exception.InnerException).Problem.Status);
    }

    [Fact]
    public async Task Result_GivenUp_EndsTheWaitAndNothingElse()
    {
        var task = await CreateTask(50);
        using var givenUp = new CancellationTokenSource();
        var result = task.ResultAsync(givenUp.Token);
        await Clock.TimerArmed(LongPoll);

        await givenUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => result);
        Assert.False(await task.IsDoneAsync(Ended));
    }

    [Fact]
    public async Task Wait_Timeout_AnswersTheTaskAsItStands()
    {
        var task = await CreateTask(50);

        Assert.Equal(TaskState.Pending, (await task.WaitAsync(TimeSpan.Zero, Ended)).Status);
    }

    [Fact]
    public async Task Wait_OfATaskThatTimesOut_DoesNotThrow()
    {
        var task = await Tasks.CreateAsync(new NewTask("Hei", TimeSpan.FromSeconds(10)) { Timeout = TimeSpan.FromSeconds(5) }, cancellationToken: Ended);
        var done = task.WaitAsync(cancellationToken: Ended);
        await Clock.TimerArmed(LongPoll);

        Clock.Advance(Seconds(5));

        Assert.Equal("timeout", (await done).Error?.Reason);
    }

    [Fact]
    public async Task Cancel_OfACompletedTask_IsTooLate()
    {
        var task = await CreateTask(1);
        await Pass(Seconds(1));

        await Assert.ThrowsAsync<TaskAlreadyFinishedException>(() => task.CancelAsync(cancellationToken: Ended));
        await Assert.ThrowsAsync<TaskAlreadyFinishedException>(() => task.RescheduleAsync(TimeSpan.Zero, Ended));
    }

    [Fact]
    public async Task Cancel_ReasonTooLong_IsRefusedHere()
    {
        var task = await CreateTask(1);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => task.CancelAsync(new string('x', 257), Ended));
    }

    [Fact]
    public async Task Reschedule_ChangesWhatIsGiven()
    {
        var task = await CreateTask(50);

        Assert.Equal(Now.AddSeconds(2.25), (await task.RescheduleAsync(TimeSpan.FromSeconds(2.25), Ended)).DueAt);
        var changed = await task.RescheduleAsync(new TaskChange { DueAt = Now.AddMinutes(1), Message = "Bye" }, Ended);
        Assert.Equal((Now.AddMinutes(1), "Bye"), (changed.DueAt, changed.Message));
    }

    [Fact]
    public async Task Attach_ToAnUnknownTask_IsNotFound()
    {
        var task = Tasks.Attach(Guid.CreateVersion7());

        await Assert.ThrowsAsync<TaskNotFoundException>(() => task.GetAsync(Ended));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => task.ResultAsync(Ended));
    }
}
