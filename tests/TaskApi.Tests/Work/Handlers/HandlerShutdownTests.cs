using TaskApi.AspNetCore.Handlers;
using TaskApi.Engine.Model;
using static TaskApi.Tests.Work.Handlers.HandlerFixture;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>Handlers when the program stops.</summary>
public sealed class HandlerShutdownTests
{
    private static readonly TimeSpan _shutdown = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _grace = new WorkOptions().CancelGrace;

    [Fact]
    public async Task Handler_ThatEndsWithinTheGrace_SaysHow()
    {
        await using var stopping = await Stopping.Begin(listens: false);

        stopping.Barrier.Open();
        await stopping.Stopped;

        Assert.Equal("null", ResultOf(await stopping.Outcome));
    }

    [Fact]
    public async Task Handler_ThatHasNotEndedByThen_IsToldAndGivesItsTaskBack()
    {
        await using var stopping = await Stopping.Begin(listens: true);

        stopping.Fixture.Clock.Advance(_shutdown);
        await stopping.Stopped;

        Assert.Equal(WorkOutcomeKind.Release, (await stopping.Outcome).Kind);
    }

    [Fact]
    public async Task Handler_ThatIgnoresEverything_HasItsTaskGivenBackAndIsNamed()
    {
        await using var stopping = await Stopping.Begin(listens: false);

        stopping.Fixture.Clock.Advance(_shutdown);
        await stopping.Fixture.Clock.TimerArmed(_grace);
        stopping.Fixture.Clock.Advance(_grace);
        await stopping.Stopped;

        Assert.Equal(WorkOutcomeKind.Release, (await stopping.Outcome).Kind);
        Assert.Contains(stopping.Fixture.Log.Events, static logged => logged.Id == 124);
        stopping.Barrier.Open();
    }

    [Fact]
    public async Task Task_ThatComesAfterTheStop_IsNotTaken()
    {
        await using var stopping = await Stopping.Begin(listens: false);
        var late = stopping.Fixture.Work.Add("test");

        stopping.Barrier.Open();
        await stopping.Stopped;

        Assert.False(stopping.Fixture.Work.HasOutcome(late));
    }

    private sealed class Stopping : IAsyncDisposable
    {
        public required Barrier Barrier { get; init; }

        public required HandlerFixture Fixture { get; init; }

        public required Task<WorkOutcome> Outcome { get; init; }

        public required Task Stopped { get; init; }

        public static async Task<Stopping> Begin(bool listens)
        {
            var barrier = new Barrier();
            var fixture = new HandlerFixture(services => services.AddHandlerDelegate((CancellationToken token) => barrier.Pass(listens ? token : CancellationToken.None), "test", configure: null));
            var id = fixture.Work.Add("test");
            await barrier.Arrival();
            var stopped = fixture.Runner.StopAsync(_shutdown, TestContext.Current.CancellationToken);
            await fixture.Clock.TimerArmed(_shutdown);
            return new Stopping { Barrier = barrier, Fixture = fixture, Outcome = fixture.Work.OutcomeOf(id), Stopped = stopped };
        }

        public ValueTask DisposeAsync() => Fixture.DisposeAsync();
    }
}
