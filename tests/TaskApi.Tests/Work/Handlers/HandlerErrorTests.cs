using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TaskApi.AspNetCore.Handlers;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;
using static TaskApi.Tests.Work.Handlers.HandlerFixture;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>What becomes of exceptions.</summary>
public sealed class HandlerErrorTests
{
    private sealed class OwnException<T>(string message) : Exception(message);

    private sealed class MuteException : Exception
    {
        public override string Message => throw new NotSupportedException("It has no message.");
    }

    public static TheoryData<Exception, string, string> Exceptions { get; } = new()
    {
        { new InvalidOperationException("broken"), "InvalidOperationException", "broken" },
        { new AggregateException(new AggregateException(new FormatException("inner"))), "FormatException", "inner" },
        { new AggregateException("both", new FormatException("1"), new FormatException("2")), "AggregateException", "both (1) (2)" },
        { new TargetInvocationException(new FormatException("inner")), "FormatException", "inner" },
        { new OwnException<int>("own"), "OwnException", "own" },
        { new InsufficientMemoryException("full"), "InsufficientMemoryException", "full" },
        { new OperationCanceledException("nobody asked"), "OperationCanceledException", "nobody asked" },
        { new TaskCanceledException("nobody asked"), "TaskCanceledException", "nobody asked" },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public async Task Exception_OfAnyKind_IsAnErrorByTheNameOfItsType(Exception exception, string reason, string detail)
    {
        var outcome = await Run(new Action(() => throw exception));

        Assert.Equal(new TaskError(reason, detail), ErrorOf(outcome));
        Assert.True(outcome.Retry);
    }

    public static TheoryData<Exception> Stops { get; } =
    [
        new ServiceBusyException(new Problem { Type = TaskApiException.ShuttingDown, Status = 503 }, retryAfter: null),
        new InvalidOperationException("The task can't be created.", new ServiceBusyException(new Problem { Type = TaskApiException.ShuttingDown, Status = 503 }, retryAfter: null)),
    ];

    // Whoever waits for tasks, or creates some, is told so when the service stops: on disk, the task goes on with the next start.
    [Theory]
    [MemberData(nameof(Stops))]
    public async Task Exception_OfAServiceThatStops_GivesTheTaskBack(Exception exception)
    {
        var outcome = await Run(new Action(() => throw exception));

        Assert.Equal((WorkOutcomeKind.Release, 1.0), (outcome.Kind, outcome.DelaySeconds));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TaskFailedException_SaysReasonDetailAndWhetherToTryAgain(bool retry)
    {
        var outcome = await Run(async Task () =>
        {
            await Task.Yield();
            throw new TaskFailedException("no-such-image", "a.png", retry);
        });

        Assert.Equal((new TaskError("no-such-image", "a.png"), retry), (ErrorOf(outcome), outcome.Retry));
    }

    [Fact]
    public async Task Exception_WhoseMessageThrows_IsAnErrorByTheNameOfItsType()
    {
        await using var fixture = new HandlerFixture(static services => services.AddHandlerDelegate(new Action(static () => throw new MuteException()), "test", configure: null));

        foreach (var _ in (int[])[1, 2])
            Assert.Equal(new TaskError("MuteException", null), ErrorOf(await fixture.Work.OutcomeOf(fixture.Work.Add("test"))));
    }

    [Fact]
    public async Task Log_ThatThrows_ChangesNothingOfOutcomes()
    {
        var log = new FailingLog();
        await using var fixture = new HandlerFixture(services =>
        {
            services.AddLogging(logging => logging.AddProvider(log));
            services.AddHandlerDelegate(static (int input) => input == 0 ? throw new FormatException("broken") : input, "test", configure: null);
        });

        Assert.Equal(new TaskError("FormatException", "broken"), ErrorOf(await fixture.Work.OutcomeOf(fixture.Work.Add("test", "0"))));
        await fixture.Runner.Lanes[0].Gate.WaitUntilEmptyAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal("1", ResultOf(await fixture.Work.OutcomeOf(fixture.Work.Add("test", "1"))));
        fixture.Work.FailOnce(new StorageUnavailableException("The disk is full."));
        var later = fixture.Work.Add("test", "2");
        await fixture.Clock.TimerArmed(TimeSpan.FromSeconds(1));
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("2", ResultOf(await fixture.Work.OutcomeOf(later)));
        Assert.True(log.Failures > 1);
    }

    [Fact]
    public async Task Exception_IsLoggedWithItsStackAndTheAttempt()
    {
        await using var fixture = new HandlerFixture(static services => services.AddHandlerDelegate(new Action(static () => throw new FormatException("broken")), "test", configure: null));

        var id = fixture.Work.Add("test", attempt: 2);
        await fixture.Work.OutcomeOf(id);
        await fixture.Runner.Lanes[0].Gate.WaitUntilEmptyAsync();

        var logged = Assert.Single(fixture.Log.Events, static logged => logged.Id == 120);
        Assert.Equal($"Task {id} of type test failed in attempt 2: FormatException", logged.Text);
        Assert.IsType<FormatException>(logged.Exception);
    }

    [Fact]
    public async Task Storage_ThatIsOutOfOrder_IsToldLater()
    {
        await using var fixture = new HandlerFixture(static services => services.AddHandlerDelegate(static () => 1, "test", configure: null));
        await fixture.Work.OutcomeOf(fixture.Work.Add("test"));
        var barrier = new Barrier();
        // One at a time: while it runs nobody asks for work, so the call that fails is the one that tells of its end.
        await using var second = new HandlerFixture(services => services.AddHandlerDelegate(() => barrier.Pass(), "test", static options => options.MaxRunning = 1));
        var id = second.Work.Add("test");
        await barrier.Arrival();

        second.Work.FailOnce(new StorageUnavailableException("The disk is full."));
        barrier.Open();
        await second.Clock.TimerArmed(TimeSpan.FromSeconds(1));
        Assert.False(second.Work.HasOutcome(id));
        second.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("null", ResultOf(await second.Work.OutcomeOf(id)));
        Assert.Contains(second.Log.Events, static logged => logged.Id == 126);
    }

    [Fact]
    public async Task Storage_ThatCannotBeAskedForTasks_IsAskedAgain()
    {
        await using var fixture = new HandlerFixture(static services => services.AddHandlerDelegate(static () => 1, "test", configure: null));

        await fixture.Work.OutcomeOf(fixture.Work.Add("test"));
        fixture.Work.FailOnce(new StorageUnavailableException("The disk is full."));
        var first = fixture.Work.Add("test");
        var second = fixture.Work.Add("test");
        await fixture.Clock.TimerArmed(TimeSpan.FromSeconds(1));
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));

        await fixture.Work.OutcomeOf(first);
        await fixture.Work.OutcomeOf(second);
        Assert.Contains(fixture.Log.Events, static logged => logged.Id is 125 or 126);
    }
}
