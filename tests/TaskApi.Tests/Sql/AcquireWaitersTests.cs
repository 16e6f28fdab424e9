using System.Threading.Channels;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work;

namespace TaskApi.Tests.Sql;

public sealed class AcquireWaitersTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Channel<(AcquireWaiter Waiter, TaskCompletionSource<AcquireAnswer> Answer)> _looks = Channel.CreateUnbounded<(AcquireWaiter, TaskCompletionSource<AcquireAnswer>)>();

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhoLooksAgainForWhatWasHeldAndLeaves_HasTheNextOneLook(bool ofHandlers)
    {
        var waiters = new AcquireWaiters(Look, _clock);
        var call = ofHandlers ? WorkAcquire.OfHandlers("h", ["resize"], 1, TimeSpan.FromSeconds(60), holder: null!) : WorkFixture.Call(["resize"], waitSeconds: 60);
        var (first, second) = (waiters.Join(call, Take(call)), waiters.Join(call, Take(call)));
        first.Take.LeavesHeld = true;
        await FindNothing(first);
        await FindNothing(second);
        await _clock.TimerArmed(TimeSpan.FromSeconds(2));
        _clock.Advance(TimeSpan.FromSeconds(2));

        await FindNothing(first, before: () => _ = waiters.LeaveAsync(first));

        await FindNothing(second);
    }

    // Others are told first of what it leaves, and its time may be over just then.
    [Fact]
    public async Task WhoLeavesWhileWhatItHasGotIsOnItsWay_GetsIt()
    {
        using var engine = new SqlFixture().Start();
        await engine.Create(WorkFixture.Spec());
        var got = await engine.Acquire();
        var (looks, left, first) = (0, new TaskCompletionSource<Task<AcquireAnswer>>(TaskCreationOptions.RunContinuationsAsynchronously), default(AcquireWaiter));
        AcquireWaiters waiters = null!;
        waiters = new AcquireWaiters(
            waiter =>
            {
                if (++looks == 3) left.SetResult(waiters.LeaveAsync(first!));
                return Look(waiter);
            },
            _clock);
        var call = WorkFixture.Call(["resize"], max: 1, waitSeconds: 60);
        first = waiters.Join(call, Take(call));
        var second = waiters.Join(call, Take(call));
        var looked = await _looks.Reader.ReadAsync(Ended);
        await FindNothing(second);

        looked.Answer.SetResult(new AcquireAnswer(AnswerStatus.Ok, got));

        var answer = await (await left.Task.WaitAsync(TimeSpan.FromSeconds(30), Ended)).WaitAsync(TimeSpan.FromSeconds(30), Ended);
        Assert.Equal(got, answer.Tasks);
    }

    private static WorkTake Take(WorkAcquire call) => new(call.Owner, call.Queues, call.Types, call.Max);

    private ValueTask<AcquireAnswer> Look(AcquireWaiter waiter)
    {
        var answer = new TaskCompletionSource<AcquireAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.True(_looks.Writer.TryWrite((waiter, answer)));
        return new(answer.Task);
    }

    // The next to look is this one.
    private async Task FindNothing(AcquireWaiter waiter, Action? before = null)
    {
        var look = await _looks.Reader.ReadAsync(Ended).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Ended);
        Assert.Same(waiter, look.Waiter);
        before?.Invoke();
        look.Answer.SetResult(new AcquireAnswer(AnswerStatus.Ok, []));
    }
}
