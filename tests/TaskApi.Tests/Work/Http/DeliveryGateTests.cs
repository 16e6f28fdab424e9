using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Delivery;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Http;

/// <summary>How many calls there are at once, and who is next.</summary>
public sealed class DeliveryGateTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly DeliveryGate _gate;

    public DeliveryGateTests() => _gate = new DeliveryGate(Options.Create(new DeliveryOptions { MaxConcurrent = 3, MaxPerHost = 2 }), _clock);

    [Fact]
    public async Task Enter_AHostAtItsBound_WaitsForOneOfItsOwnToEnd()
    {
        await Enter("a");
        await Enter("a");
        var third = _gate.EnterAsync("a", TestContext.Current.CancellationToken).AsTask();
        await Enter("b");

        _gate.Leave("b", TimeSpan.Zero);
        Assert.False(third.IsCompleted);
        _gate.Leave("a", TimeSpan.Zero);

        Assert.Null(await third);
    }

    [Fact]
    public async Task Enter_AllAtTheirBound_HostsTakeTurns()
    {
        await Enter("a");
        await Enter("a");
        await Enter("b");
        var (second, other, third) = (Ask("b"), Ask("c"), Ask("b"));

        _gate.Leave("a", TimeSpan.Zero);
        Assert.Null(await second);
        _gate.Leave("a", TimeSpan.Zero);
        Assert.Null(await other);
        _gate.Leave("b", TimeSpan.Zero);

        Assert.Null(await third);
    }

    [Fact]
    public async Task Enter_AHostThatDoesNotAnswer_ComesAgainLaterEachALittleLaterThanTheOneBefore()
    {
        await Enter("a");
        await Enter("a");
        Task<TimeSpan?>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => Ask("a"))];

        await _clock.TimerArmed(TimeSpan.FromSeconds(1), 3);
        _clock.Advance(TimeSpan.FromSeconds(1));

        var delays = (await Task.WhenAll(waiting)).Select(static delay => delay!.Value.TotalSeconds).Order();
        Assert.Equal([1, 1.5, 2], delays);
        // From now on no more wait for it than may run.
        Task<TimeSpan?>[] later = [.. Enumerable.Range(0, 3).Select(_ => Ask("a"))];
        Assert.Equal([false, false, true], later.Select(static delay => delay.IsCompleted));
        Assert.Null(await Ask("b"));
    }

    [Fact]
    public async Task Enter_AHostThatDoesNotAnswerWhenTheWallClockIsSetBack_ComesAgainAsSoon()
    {
        await Enter("a");
        await Enter("a");
        Task<TimeSpan?>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => Ask("a"))];
        await _clock.TimerArmed(TimeSpan.FromSeconds(1), 3);

        _clock.Advance(TimeSpan.FromSeconds(0.999));
        var other = Ask("a");
        _clock.Advance(TimeSpan.FromSeconds(0.001));
        await Task.WhenAll(waiting);
        _clock.StepWallClock(TimeSpan.FromHours(-1));
        await _clock.TimerArmed(TimeSpan.FromSeconds(0.999));
        _clock.Advance(TimeSpan.FromSeconds(0.999));

        Assert.InRange((await other)!.Value.TotalSeconds, 1, 3);
    }

    [Fact]
    public async Task Enter_GivenUp_LeavesNobodyBehind()
    {
        using var source = new CancellationTokenSource();
        await Enter("a");
        await Enter("a");
        var given = _gate.EnterAsync("a", source.Token).AsTask();

        await source.CancelAsync();
        Assert.NotNull(await given);
        _gate.Leave("a", TimeSpan.Zero);

        await Enter("a");
    }

    private Task<TimeSpan?> Ask(string host) => _gate.EnterAsync(host, TestContext.Current.CancellationToken).AsTask();

    private async Task Enter(string host)
    {
        var entered = Ask(host);
        Assert.True(entered.IsCompleted);
        Assert.Null(await entered);
    }
}
