using TaskApi.Engine.Model;

namespace TaskApi.Tests.Engine.Model;

/// <summary>Each arrow of docs/state-machine.md, and each that isn't there.</summary>
public sealed class TransitionsTests
{
    private const long Created = 1_000;
    private const long Now = 50_000;

    private static readonly TaskError _boom = new("ValueError", "boom");
    private static readonly TaskError _asked = new(TaskError.Cancelled, "not needed any more");
    private static readonly TaskError _other = new(TaskError.Cancelled, "somebody else");

    private static TaskFacts Message => new() { CreatedAt = Created, DueAt = 2_000 };

    private static TaskFacts Work => Message with { Retry = new RetryPolicy { MaxAttempts = 3, MaxLosses = 1, InitialSeconds = 2, Factor = 3, Jitter = 0.5 } };

    private static TaskFacts Running => Work with { State = TaskState.Running, Attempt = 1 };

    private static TaskFacts Asked => Running with { CancelRequest = _asked };

    public static TheoryData<int> AllKinds => [.. Enum.GetValues<TaskCommandKind>().Cast<int>()];

    [Fact]
    public void Message_ComesDue_IsCompletedWithoutRunning()
    {
        var done = Changed(Message, TaskCommand.ComeDue());

        Assert.Equal(Message with { State = TaskState.Completed, FinishedAt = Now }, done.Task);
        Assert.Null(done.Ended);
    }

    [Fact]
    public void Work_ComesDue_WaitsForItsTurn() => Assert.Equal(Transition.None(Work), Transitions.Decide(Work, TaskCommand.ComeDue(), Now));

    [Fact]
    public void Message_Started_IsRefused() => AssertRefused(Message, TaskCommand.Start(), TransitionRefusal.HasNoWork);

    [Fact]
    public void Work_Started_RunsItsNextAttempt() =>
        Assert.Equal(Work with { State = TaskState.Running, Attempt = 5 }, Changed(Work with { Attempt = 4 }, TaskCommand.Start()).Task);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pending_Cancelled_EndsAtOnce(bool isWork)
    {
        var task = isWork ? Work : Message;

        Assert.Equal(task with { State = TaskState.Cancelled, FinishedAt = Now, Error = _asked }, Changed(task, TaskCommand.Cancel(_asked)).Task);
        Assert.Equal(TaskError.Timeout, Changed(task, TaskCommand.TimeOut()).Task.Error!.Reason);
    }

    [Fact]
    public void Pending_Rescheduled_IsDueThen() => Assert.Equal(Work with { DueAt = Now + 70 }, Changed(Work, TaskCommand.Reschedule(70)).Task);

    [Fact]
    public void Running_Rescheduled_IsRefused() => AssertRefused(Running, TaskCommand.Reschedule(70), TransitionRefusal.IsRunning);

    [Theory]
    [InlineData(TaskCommandKind.Succeed)]
    [InlineData(TaskCommandKind.Fail)]
    [InlineData(TaskCommandKind.AcknowledgeCancel)]
    [InlineData(TaskCommandKind.Lose)]
    [InlineData(TaskCommandKind.Release)]
    [InlineData(TaskCommandKind.EndGrace)]
    public void Pending_WhatOnlyRunningOnesDo_IsRefused(object kind)
    {
        AssertRefused(Work, new TaskCommand((TaskCommandKind)kind, _boom), TransitionRefusal.NotRunning);
        AssertRefused(Message, new TaskCommand((TaskCommandKind)kind, _boom), TransitionRefusal.NotRunning);
    }

    [Fact]
    public void Running_Succeeds_IsCompleted()
    {
        var done = Changed(Running, TaskCommand.Succeed());

        Assert.Equal(Running with { State = TaskState.Completed, FinishedAt = Now }, done.Task);
        Assert.Equal(AttemptOutcome.Completed, done.Ended);
    }

    [Fact]
    public void Running_Cancelled_IsAskedAndGoesOn()
    {
        var asked = Changed(Running, TaskCommand.Cancel(_asked));

        Assert.Equal(Asked, asked.Task);
        Assert.Null(asked.Ended);
    }

    [Fact]
    public void Running_CancelledAgain_KeepsTheFirstReason() => Assert.Equal(Transition.None(Asked), Transitions.Decide(Asked, TaskCommand.Cancel(_other), Now));

    [Fact]
    public void Running_TimedOut_IsAskedToEnd() => Assert.Equal(TaskError.Timeout, Changed(Running, TaskCommand.TimeOut()).Task.CancelRequest!.Reason);

    [Fact]
    public void Running_CancelledByForce_EndsAtOnce()
    {
        Assert.Equal(Ended(Running, TaskState.Cancelled, _other), Changed(Running, TaskCommand.Cancel(_other, force: true)).Task);
        Assert.Equal(Ended(Asked, TaskState.Cancelled, _asked), Changed(Asked, TaskCommand.Cancel(_other, force: true)).Task);
    }

    [Fact]
    public void Running_ThatCancelsAtOnce_EndsAtOnce()
    {
        var future = Running with { CancelsAtOnce = true };

        Assert.Equal(Ended(future, TaskState.Cancelled, _asked), Changed(future, TaskCommand.Cancel(_asked)).Task);
    }

    [Fact]
    public void Asked_Acknowledges_IsCancelledForTheReasonOfTheRequest()
    {
        var done = Changed(Asked, TaskCommand.AcknowledgeCancel(random: 0));

        Assert.Equal(Ended(Asked, TaskState.Cancelled, _asked), done.Task);
        Assert.Equal(AttemptOutcome.Cancelled, done.Ended);
    }

    [Fact]
    public void Asked_Succeeds_IsCompletedAllTheSame() => Assert.Equal(TaskState.Completed, Changed(Asked, TaskCommand.Succeed()).Task.State);

    [Fact]
    public void Asked_Raises_HasFailedWithoutAnotherAttempt() =>
        Assert.Equal(Ended(Asked, TaskState.Failed, _boom) with { Errors = 1 }, Changed(Asked, TaskCommand.Fail(_boom, random: 0)).Task);

    [Theory]
    [InlineData(TaskCommandKind.Lose, AttemptOutcome.Lost)]
    [InlineData(TaskCommandKind.Release, AttemptOutcome.Released)]
    [InlineData(TaskCommandKind.EndGrace, AttemptOutcome.Cancelled)]
    public void Asked_GoneOrGivenBackOrTooSlow_IsCancelled(object kind, object ended)
    {
        var done = Changed(Asked, new TaskCommand((TaskCommandKind)kind));

        Assert.Equal(Ended(Asked, TaskState.Cancelled, _asked), done.Task);
        Assert.Equal((AttemptOutcome)ended, done.Ended);
    }

    [Fact]
    public void Running_CancelledByItself_CountsAsAnError()
    {
        var done = Changed(Running, TaskCommand.AcknowledgeCancel(random: 0));

        Assert.Equal(TaskState.Pending, done.Task.State);
        Assert.Equal(1, done.Task.Errors);
        Assert.Equal(TaskError.CancelledError, done.AttemptError!.Reason);
    }

    [Theory]
    [InlineData(0, 0, 2_000)]
    [InlineData(1, 0, 6_000)]
    [InlineData(1, 0.5, 4_500)]
    public void Running_Raises_IsDueAgainAfterItsBackoff(int errors, double random, long delay)
    {
        var failed = Changed(Running with { Errors = errors }, TaskCommand.Fail(_boom, random));

        Assert.Equal(Running with { State = TaskState.Pending, DueAt = Now + delay, Errors = errors + 1 }, failed.Task);
        Assert.Equal((AttemptOutcome.Failed, _boom), (failed.Ended!.Value, failed.AttemptError));
    }

    [Fact]
    public void Running_RaisesOnceTooOften_HasFailed()
    {
        var third = Running with { Errors = 2 };

        Assert.Equal(Ended(third, TaskState.Failed, _boom) with { Errors = 3 }, Changed(third, TaskCommand.Fail(_boom, random: 0)).Task);
    }

    [Fact]
    public void Running_RaisesForGood_HasFailed() => Assert.Equal(TaskState.Failed, Changed(Running, TaskCommand.Fail(_boom, random: 0, retry: false)).Task.State);

    [Fact]
    public void Running_TakesTooLong_IsAnErrorLikeOthers()
    {
        var late = Changed(Running, TaskCommand.FailByTime(random: 0));

        Assert.Equal(TaskState.Pending, late.Task.State);
        Assert.Equal(TaskError.AttemptTimeout, late.AttemptError!.Reason);
    }

    [Theory]
    [InlineData(51.0, TaskState.Pending)]
    [InlineData(50.999, TaskState.Failed)]
    public void Running_RaisesWhenTimeIsUp_HasFailed(double mostSeconds, object state)
    {
        // Due again at 52,000, which is 51 s after the creation.
        var task = Running with { Retry = Running.Retry! with { MaxElapsedSeconds = mostSeconds } };

        Assert.Equal((TaskState)state, Changed(task, TaskCommand.Fail(_boom, random: 0)).Task.State);
    }

    [Fact]
    public void Running_Lost_IsBegunAgainAtOnce()
    {
        var lost = Changed(Running, TaskCommand.Lose());

        Assert.Equal(Running with { State = TaskState.Pending, DueAt = Now, Losses = 1 }, lost.Task);
        Assert.Equal(AttemptOutcome.Lost, lost.Ended);
    }

    [Fact]
    public void Running_LostOnceTooOften_HasFailed()
    {
        var lost = Changed(Running with { Losses = 1 }, TaskCommand.Lose());

        Assert.Equal((TaskState.Failed, TaskError.WorkerLost, 2), (lost.Task.State, lost.Task.Error!.Reason, lost.Task.Losses));
    }

    [Fact]
    public void Running_Released_IsDueAfterItsDelayAndNothingIsCounted()
    {
        var released = Changed(Running, TaskCommand.Release(250));

        Assert.Equal(Running with { State = TaskState.Pending, DueAt = Now + 250 }, released.Task);
        Assert.Equal(AttemptOutcome.Released, released.Ended);
    }

    [Fact]
    public void Running_GraceEndsWithoutARequest_GoesOn() => Assert.Equal(Transition.None(Running), Transitions.Decide(Running, TaskCommand.EndGrace(), Now));

    [Fact]
    public void Running_ComesDueOrStarts_StaysAsItIs()
    {
        Assert.Equal(Transition.None(Running), Transitions.Decide(Running, TaskCommand.ComeDue(), Now));
        AssertRefused(Running, TaskCommand.Start(), TransitionRefusal.IsRunning);
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void Done_Anything_StaysAsItIs(int kind)
    {
        var command = new TaskCommand((TaskCommandKind)kind, _other);
        foreach (var state in (TaskState[])[TaskState.Completed, TaskState.Cancelled, TaskState.Failed])
        {
            var done = Ended(Work, state, error: null);
            var isRepeatedCancel = state == TaskState.Cancelled && command.Kind == TaskCommandKind.Cancel;
            Assert.Equal(isRepeatedCancel ? Transition.None(done) : Transition.Refused(done, TransitionRefusal.AlreadyDone), Transitions.Decide(done, command, Now));
        }
    }

    [Fact]
    public void Finished_WallClockSetBack_IsNeverBeforeItsCreationOrItsDueTime()
    {
        Assert.Equal(2_000, Transitions.Decide(Message, TaskCommand.ComeDue(), 10).Task.FinishedAt);
        Assert.Equal(Created, Transitions.Decide(Message, TaskCommand.Cancel(_asked), 10).Task.FinishedAt);
    }

    [Theory]
    [InlineData(100, 99, true)]
    [InlineData(100, 100, false)]
    [InlineData(100, 101, false)]
    public void TimesOutFirst_AtTheSameInstant_CompletionWins(long dueAt, long timeoutAt, bool timesOut) =>
        Assert.Equal(timesOut, Transitions.TimesOutFirst(dueAt, timeoutAt));

    private static TaskFacts Ended(TaskFacts task, TaskState state, TaskError? error) => task with { State = state, FinishedAt = Now, Error = error };

    private static Transition Changed(TaskFacts task, TaskCommand command)
    {
        var transition = Transitions.Decide(task, command, Now);
        Assert.True(transition.IsChange);
        Assert.Equal(TransitionRefusal.None, transition.Refusal);
        return transition;
    }

    private static void AssertRefused(TaskFacts task, TaskCommand command, TransitionRefusal why) =>
        Assert.Equal(Transition.Refused(task, why), Transitions.Decide(task, command, Now));
}
