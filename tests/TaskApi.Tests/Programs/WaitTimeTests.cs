using Microsoft.Extensions.DependencyInjection;
using TaskApi.Client;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Programs;

/// <summary>How long programs wait, in the process that has the tasks.</summary>
public sealed class LocalWaitTimeTests : WaitTimeTests
{
    protected override ITasks Tasks => Api.Services.GetRequiredService<ITasks>();

    [Fact]
    public async Task Wait_OfManyWeeks_EndsWhenTheyAreOver()
    {
        var task = await Tasks.CreateAsync(new NewTask("Hei", TimeSpan.FromDays(90)), Ended);

        var waiting = task.WaitAsync(TimeSpan.FromDays(60), Ended);
        await Clock.TimerArmed(TimeSpan.FromDays(49));
        Clock.Advance(TimeSpan.FromDays(49));
        await Clock.TimerArmed(TimeSpan.FromDays(11));
        Assert.False(waiting.IsCompleted);
        Clock.Advance(TimeSpan.FromDays(11));

        Assert.False((await waiting).Done);
    }
}

/// <summary>How long programs wait, over HTTP.</summary>
public sealed class RemoteWaitTimeTests : WaitTimeTests
{
    protected override ITasks Tasks { get => field ??= new TaskApiClient(Api.CreateTestClient()); }
}

/// <summary>What a program may ask for as the time of a wait: the same wherever the tasks are.</summary>
public abstract class WaitTimeTests : EndpointTests
{
    /// <summary>The subject.</summary>
    protected abstract ITasks Tasks { get; }

    protected static CancellationToken Ended => TestContext.Current.CancellationToken;

    public static TheoryData<TimeSpan> Times => [Timeout.InfiniteTimeSpan, TimeSpan.FromDays(60), TimeSpan.MaxValue];

    [Theory]
    [MemberData(nameof(Times))]
    public async Task Wait_ForAsLongAsItTakes_EndsWithTheTask(TimeSpan timeout)
    {
        var task = await Tasks.CreateAsync(new NewTask("Hei", Seconds(5)), Ended);

        var (one, many) = (task.WaitAsync(timeout, Ended), Tasks.WaitAsync([task], timeout: timeout, cancellationToken: Ended));
        Assert.False((await task.GetAsync(Ended)).Done);
        Clock.Advance(Seconds(5));

        Assert.True((await one).Done);
        Assert.Single((await many).Done);
    }

    [Fact]
    public async Task Wait_OfNoTime_IsOverAtOnce()
    {
        var task = await Tasks.CreateAsync(new NewTask("Hei", Seconds(5)), Ended);

        Assert.False((await task.WaitAsync(TimeSpan.Zero, Ended)).Done);
        Assert.Single((await Tasks.WaitAsync([task], timeout: TimeSpan.Zero, cancellationToken: Ended)).Pending);
    }

    [Fact]
    public async Task Wait_OfANegativeTime_IsRefused()
    {
        var task = await Tasks.CreateAsync(new NewTask("Hei"), Ended);
        await task.ResultAsync(Ended);

        Assert.Equal("timeout", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => task.WaitAsync(Seconds(-5), Ended))).ParamName);
        Assert.Equal("timeout", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Tasks.WaitAsync([task], timeout: Seconds(-5), cancellationToken: Ended))).ParamName);
    }
}
