using TaskApi.Engine.Model;

namespace TaskApi.Tests.Engine.Model;

/// <summary>Each arrow of docs/state-machine.md, and each that isn't there.</summary>
public sealed class TransitionsTests : TransitionFixture
{
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

        Assert.Equal(task with { State = TaskState.Cancelled, FinishedAt = Now, Error = AskedFor }, Changed(task, TaskCommand.Cancel(AskedFor)).Task);
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
        AssertRefused(Work, new TaskCommand((TaskCommandKind)kind, Boom), TransitionRefusal.NotRunning);
        AssertRefused(Message, new TaskCommand((TaskCommandKind)kind, Boom), TransitionRefusal.NotRunning);
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
        var asked = Changed(Running, TaskCommand.Cancel(AskedFor));

        Assert.Equal(Asked, asked.Task);
        Assert.Null(asked.Ended);
    }

    [Fact]
    public void Running_CancelledAgain_KeepsTheFirstReason() => Assert.Equal(Transition.None(Asked), Transitions.Decide(Asked, TaskCommand.Cancel(Other), Now));

    [Fact]
    public void Running_TimedOut_IsAskedToEnd() => Assert.Equal(TaskError.Timeout, Changed(Running, TaskCommand.TimeOut()).Task.CancelRequest!.Reason);

    [Fact]
    public void Running_CancelledByForce_EndsAtOnce()
    {
        Assert.Equal(Ended(Running, TaskState.Cancelled, Other), Changed(Running, TaskCommand.Cancel(Other, force: true)).Task);
        Assert.Equal(Ended(Asked, TaskState.Cancelled, AskedFor), Changed(Asked, TaskCommand.Cancel(Other, force: true)).Task);
    }

    [Fact]
    public void Running_ThatCancelsAtOnce_EndsAtOnce()
    {
        var future = Running with { CancelsAtOnce = true };

        Assert.Equal(Ended(future, TaskState.Cancelled, AskedFor), Changed(future, TaskCommand.Cancel(AskedFor)).Task);
    }

    [Fact]
    public void Asked_Acknowledges_IsCancelledForTheReasonOfTheRequest()
    {
        var done = Changed(Asked, TaskCommand.AcknowledgeCancel(random: 0));

        Assert.Equal(Ended(Asked, TaskState.Cancelled, AskedFor), done.Task);
        Assert.Equal(AttemptOutcome.Cancelled, done.Ended);
    }

    [Fact]
    public void Asked_Succeeds_IsCompletedAllTheSame() => Assert.Equal(TaskState.Completed, Changed(Asked, TaskCommand.Succeed()).Task.State);

    [Fact]
    public void Asked_Raises_HasFailedWithoutAnotherAttempt() =>
        Assert.Equal(Ended(Asked, TaskState.Failed, Boom) with { Errors = 1 }, Changed(Asked, TaskCommand.Fail(Boom, random: 0)).Task);

    [Theory]
    [InlineData(TaskCommandKind.Lose, AttemptOutcome.Lost)]
    [InlineData(TaskCommandKind.Release, AttemptOutcome.Released)]
    [InlineData(TaskCommandKind.EndGrace, AttemptOutcome.Cancelled)]
    public void Asked_GoneOrGivenBackOrTooSlow_IsCancelled(object kind, object ended)
    {
        var done = Changed(Asked, new TaskCommand((TaskCommandKind)kind));

        Assert.Equal(Ended(Asked, TaskState.Cancelled, AskedFor), done.Task);
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
        var command = new TaskCommand((TaskCommandKind)kind, Other);
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
        Assert.Equal(Created, Transitions.Decide(Message, TaskCommand.Cancel(AskedFor), 10).Task.FinishedAt);
    }

    [Theory]
    [InlineData(100, 99, true)]
    [InlineData(100, 100, false)]
    [InlineData(100, 101, false)]
    public void TimesOutFirst_AtTheSameInstant_CompletionWins(long dueAt, long timeoutAt, bool timesOut) =>
        Assert.Equal(timesOut, Transitions.TimesOutFirst(dueAt, timeoutAt));
}
