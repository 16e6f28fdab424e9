using TaskApi.AspNetCore.Handlers;
using TaskApi.Engine.Model;
using static TaskApi.Tests.Work.Handlers.HandlerFixture;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>How progress is passed on.</summary>
public sealed class HandlerProgressTests
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    [Fact]
    public async Task Progress_IsPassedOnFourTimesASecond_TheLatestEachTime()
    {
        var barrier = new Barrier();
        TaskContext context = null!;
        await using var fixture = new HandlerFixture(services => services.AddHandlerDelegate(Handler, "test", configure: null));
        fixture.Work.Add("test");
        await barrier.Arrival();

        context.ReportProgress(1, 10, "first");
        await fixture.Clock.TimerArmed(_pause);
        Assert.Equal([new WorkProgress(1, 10, "first")], fixture.Work.Progress);
        context.ReportProgress(2);
        context.ReportProgress(3, note: new string('x', 300));
        Assert.Single(fixture.Work.Progress);
        fixture.Clock.Advance(_pause);
        await fixture.Clock.TimerArmed(_pause);
        Assert.Equal([new WorkProgress(1, 10, "first"), new WorkProgress(3, Total: null, new string('x', 256))], fixture.Work.Progress);

        // Then nothing is passed on, because there is nothing.
        fixture.Clock.Advance(_pause);
        context.ReportProgress(4);
        await fixture.Clock.TimerArmed(_pause);
        Assert.Equal(4, fixture.Work.Progress[^1].Done);
        barrier.Open();

        Task Handler(TaskContext own)
        {
            context = own;
            return barrier.Pass();
        }
    }

    [Fact]
    public async Task Progress_ThatCannotBeToldForAWhile_IsLoggedOnceAndOnceMoreWhenItCan()
    {
        var barrier = new Barrier();
        TaskContext context = null!;
        // One at a time: while it runs, nobody asks for work, so the calls that fail are those on progress.
        await using var fixture = new HandlerFixture(services => services.AddHandlerDelegate(Handler, "test", static options => options.MaxRunning = 1));
        fixture.Work.Add("test");
        await barrier.Arrival();

        for (var outage = 1; outage <= 2; outage++)
        {
            fixture.Work.FailOnce(new IOException("down"));
            context.ReportProgress(outage);
            await fixture.Clock.TimerArmed(_pause);
            for (var i = 0; i < 5; i++)
            {
                fixture.Work.FailOnce(new IOException("down"));
                fixture.Clock.Advance(_pause);
                await fixture.Clock.TimerArmed(_pause);
            }

            Assert.Equal((outage, outage - 1), (Logged(129), Logged(130)));
            fixture.Clock.Advance(_pause);
            await fixture.Clock.TimerArmed(_pause);
            Assert.Equal((outage, outage), (Logged(129), Logged(130)));
            Assert.Equal(outage, fixture.Work.Progress[^1].Done);
            // Then there is nothing to pass on.
            fixture.Clock.Advance(_pause);
        }

        barrier.Open();

        int Logged(int id) => fixture.Log.Events.Count(logged => logged.Id == id);

        Task Handler(TaskContext own)
        {
            context = own;
            return barrier.Pass();
        }
    }

    [Fact]
    public async Task Progress_TheLastOfAnAttempt_IsPassedOnBeforeItsOutcome()
    {
        await using var fixture = new HandlerFixture(static services => services.AddHandlerDelegate(
            static (TaskContext context) =>
            {
                for (var i = 1; i <= 100; i++) context.ReportProgress(i, 100);
            }, "test", configure: null));

        await fixture.Work.OutcomeOf(fixture.Work.Add("test"));

        Assert.IsType<WorkOutcome>(fixture.Work.Calls[^1]);
        Assert.Equal(new WorkProgress(100, 100, Note: null), fixture.Work.Calls[^2]);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(1, double.PositiveInfinity)]
    public async Task Progress_ThatIsNoNumber_IsRefused(double done, double total)
    {
        var outcome = await Run((TaskContext context) => context.ReportProgress(done, total));

        Assert.Equal("ArgumentOutOfRangeException", ErrorOf(outcome).Reason);
    }

    [Fact]
    public async Task Progress_AfterTheEnd_IsPassedOver()
    {
        TaskContext context = null!;
        await using var fixture = new HandlerFixture(services => services.AddHandlerDelegate((TaskContext own) => { context = own; }, "test", configure: null));
        await fixture.Work.OutcomeOf(fixture.Work.Add("test"));

        context.ReportProgress(1);

        Assert.Equal(0, fixture.Clock.ArmedTimers);
        Assert.Empty(fixture.Work.Progress);
    }
}
