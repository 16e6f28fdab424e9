using TaskApi.Engine.Model;

namespace TaskApi.Tests.Engine.Model;

/// <summary>The arrows of docs/state-machine.md by which an attempt ends without a result.</summary>
public sealed class AttemptTransitionsTests : TransitionFixture
{
    [Theory]
    [InlineData(0, 0, 2_000)]
    [InlineData(1, 0, 6_000)]
    [InlineData(1, 0.5, 4_500)]
    public void Running_Raises_IsDueAgainAfterItsBackoff(int errors, double random, long delay)
    {
        var failed = Changed(Running with { Errors = errors }, TaskCommand.Fail(Boom, random));

        Assert.Equal(Running with { State = TaskState.Pending, DueAt = Now + delay, Errors = errors + 1 }, failed.Task);
        Assert.Equal((AttemptOutcome.Failed, Boom), (failed.Ended!.Value, failed.AttemptError));
    }

    [Fact]
    public void Running_RaisesOnceTooOften_HasFailed()
    {
        var third = Running with { Errors = 2 };

        Assert.Equal(Ended(third, TaskState.Failed, Boom) with { Errors = 3 }, Changed(third, TaskCommand.Fail(Boom, random: 0)).Task);
    }

    [Fact]
    public void Running_RaisesForGood_HasFailed() => Assert.Equal(TaskState.Failed, Changed(Running, TaskCommand.Fail(Boom, random: 0, retry: false)).Task.State);

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

        Assert.Equal((TaskState)state, Changed(task, TaskCommand.Fail(Boom, random: 0)).Task.State);
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
    public void Running_Returned_IsAsIfItHadNotBeenStarted()
    {
        var pending = Running with { State = TaskState.Pending, Attempt = Running.Attempt - 1 };

        Assert.Equal(Running, Changed(pending, TaskCommand.Start()).Task);
        Assert.Equal(pending, Changed(Running, TaskCommand.Return()).Task);
    }
}
