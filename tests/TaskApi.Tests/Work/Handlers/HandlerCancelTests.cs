using TaskApi.AspNetCore.Handlers;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.Handlers.HandlerFixture;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>Cancelling is asyncio's: a request.</summary>
public sealed class HandlerCancelTests
{
    private static readonly TimeSpan _grace = new WorkOptions().CancelGrace;

    [Fact]
    public async Task Handler_ThatIsAskedToEndAndDoes_IsCancelled()
    {
        var outcome = await RunAndCancel(static (barrier, token) => barrier.Pass(token));

        Assert.Equal(WorkOutcomeKind.Cancelled, outcome.Kind);
    }

    [Fact]
    public async Task Handler_ThatIsAskedToEndAndReturns_Completes()
    {
        var outcome = await RunAndCancel(static async (barrier, token) =>
        {
            await ((Task)barrier.Pass(token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return "cleaned up";
        });

        Assert.Equal("\"cleaned up\"", ResultOf(outcome));
    }

    [Fact]
    public async Task Handler_ThatIsAskedToEndAndThrowsSomethingElse_IsAnError()
    {
        var outcome = await RunAndCancel(static async (barrier, token) =>
        {
            await ((Task)barrier.Pass(token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new FormatException("while cleaning up");
        });

        Assert.Equal(new TaskError("FormatException", "while cleaning up"), ErrorOf(outcome));
    }

    [Fact]
    public async Task Handler_ThatIsAskedToEndBeforeItIsStarted_NeverRuns()
    {
        var runs = 0;
        await using var fixture = new HandlerFixture(services => services.AddHandlerDelegate(() => ++runs, "test", configure: null));
        fixture.Work.BeforeAnswer = static (holder, token) => holder.OnCancelRequested(new CancelNotice(token, TaskErrors.CancelledPlainly, default));

        Assert.Equal(WorkOutcomeKind.Cancelled, (await fixture.Work.OutcomeOf(fixture.Work.Add("test"))).Kind);
        Assert.Equal(0, runs);
    }

    [Fact]
    public async Task Handler_WhoseLeaseIsLost_HasItsTokenCancelled()
    {
        var barrier = new Barrier();
        await using var fixture = new HandlerFixture(services => services.AddHandlerDelegate(Handler, "test", configure: null));
        var id = fixture.Work.Add("test");
        await barrier.Arrival();

        fixture.Work.Lose(id);

        // Nobody asked for a cancel: it says what it threw. That doesn't count any more.
        Assert.Equal("TaskCanceledException", ErrorOf(await fixture.Work.OutcomeOf(id)).Reason);
        fixture.Clock.Advance(_grace * 2);
        Assert.DoesNotContain(fixture.Log.Events, static logged => logged.Id == 122);

        Task Handler(CancellationToken token) => barrier.Pass(token);
    }

    [Fact]
    public async Task Handler_ThatIgnoresItsToken_IsGivenUpAfterTheGraceAndNamedOnce()
    {
        var barrier = new Barrier();
        await using var fixture = new HandlerFixture(services => services.AddHandlerDelegate(() => barrier.Pass(), "test", static options => options.MaxRunning = 1));
        var id = fixture.Work.Add("test", attempt: 4);
        await barrier.Arrival();

        fixture.Work.RequestCancel(id);
        fixture.Clock.Advance(_grace);
        Assert.DoesNotContain(fixture.Log.Events, static logged => logged.Id == 122);
        fixture.Work.Lose(id);
        fixture.Work.Lose(id);

        var logged = Assert.Single(fixture.Log.Events, static logged => logged.Id == 122);
        Assert.Equal($"Task {id} of type test is given up in attempt 4: its handler was told to end and runs on. It counts towards MaxRunning until it ends", logged.Text);

        // It still counts.
        var next = fixture.Work.Add("test");
        Assert.Equal(0, barrier.Arrived);
        Assert.Equal(1, fixture.Runner.Lanes[0].Gate.Running);
        barrier.Open();
        await fixture.Work.OutcomeOf(next);
        Assert.Contains(fixture.Log.Events, static logged => logged.Id == 123);
    }

    [Fact]
    public async Task Handler_WhoseAttemptTookTooLongAndThatRunsOn_IsGivenUpAfterTheGrace()
    {
        var barrier = new Barrier();
        await using var fixture = new HandlerFixture(services => services.AddHandlerDelegate(() => barrier.Pass(), "test", configure: null));
        var id = fixture.Work.Add("test");
        await barrier.Arrival();

        fixture.Work.Lose(id);
        Assert.DoesNotContain(fixture.Log.Events, static logged => logged.Id == 122);
        fixture.Clock.Advance(_grace);

        Assert.Contains(fixture.Log.Events, static logged => logged.Id == 122);
        barrier.Open();
    }

    [Fact]
    public async Task Callback_OfATokenThatThrows_HarmsNobody()
    {
        var barrier = new Barrier();
        await using var fixture = new HandlerFixture(services => services.AddHandlerDelegate(Handler, "test", configure: null));
        var id = fixture.Work.Add("test");
        await barrier.Arrival();

        fixture.Work.RequestCancel(id);

        Assert.Equal(WorkOutcomeKind.Cancelled, (await fixture.Work.OutcomeOf(id)).Kind);

        async Task Handler(CancellationToken token)
        {
            token.Register(static () => throw new FormatException("of the handler's own"));
            await barrier.Pass(token);
        }
    }

    private static async Task<WorkOutcome> RunAndCancel<T>(Func<Barrier, CancellationToken, T> handler)
    {
        var barrier = new Barrier();
        await using var fixture = new HandlerFixture(services => services.AddHandlerDelegate((CancellationToken token) => handler(barrier, token), "test", configure: null));
        var id = fixture.Work.Add("test");
        await barrier.Arrival();
        fixture.Work.RequestCancel(id);
        return await fixture.Work.OutcomeOf(id);
    }
}
