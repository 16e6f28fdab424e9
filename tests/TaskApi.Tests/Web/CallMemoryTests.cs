using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;
using TaskApi.Tests.Engine;

namespace TaskApi.Tests.Web;

public sealed class CallMemoryTests
{
    private readonly CallMemory _memory = new(Options.Create(new LimitOptions { MaxCallBytes = 1000, MaxCallBytesPerCaller = 600 }));

    [Fact]
    public void Take_BeyondOneCallersShare_IsRefusedToThatCallerAlone()
    {
        Assert.Null(_memory.Take("north", 600));
        Assert.Equal(ProblemTypes.RateLimited, _memory.Take("north", 1)!.Type);
        Assert.Null(_memory.Take("south", 400));

        Assert.Equal(1000, _memory.Taken);
    }

    [Fact]
    public void Take_BeyondAllThereIs_IsRefusedUntilSomeIsGivenBack()
    {
        _memory.Take("north", 600);
        var refusal = _memory.Take("south", 401)!;
        Assert.Equal((ProblemTypes.CapacityReached, 1), (refusal.Type, refusal.RetryAfterSeconds));

        _memory.GiveBack("north", 1);
        Assert.Null(_memory.Take("south", 401));
    }

    [Fact]
    public void Held_OfACall_FollowsItAndIsGivenBack()
    {
        var held = CallMemoryLease.Of(Call());
        Assert.Null(held.TrySet(500));
        Assert.Null(held.TryAdd(-200));
        Assert.NotNull(held.TrySet(601));
        Assert.Equal(300, _memory.Taken);
        Assert.False(held.TryGrow(1), "More than half of what there is has been taken.");

        held.Dispose();
        held.TryAdd(100);
        Assert.Equal(0, _memory.Taken);
    }

    [Fact]
    public void Held_OfOneCall_IsOne()
    {
        var call = Call();

        CallMemoryLease.Of(call).TryAdd(100);
        CallMemoryLease.Of(call).TryAdd(100);

        Assert.Equal(200, _memory.Taken);
    }

    [Fact]
    public async Task Room_OfACallThatIsOver_GrowsNoMoreAndThrowsNothing()
    {
        using var engine = new EngineFixture();
        var task = await engine.Create(60) with { Message = new string('m', 1024) };
        var call = Call();
        var room = ResponseTasks.RoomOf(call, count: 1);

        CallMemoryLease.Of(call).Dispose();
        call.Uninitialize();

        Assert.False(room.TryTake(task));
        Assert.Equal(0, _memory.Taken);
    }

    [Fact]
    public void Defaults_AreSharesOfTheMemory()
    {
        var limits = new LimitOptions();

        Assert.Equal(Math.Max(64L << 20, MemoryBudget.Available / 8), limits.MaxCallBytes);
        Assert.Equal(Math.Max(48L << 20, MemoryBudget.Available / 16), limits.MaxCallBytesPerCaller);
        Assert.InRange(limits.MaxConnections, 1_000, 200_000);
    }

    private DefaultHttpContext Call() => new() { RequestServices = new ServiceCollection().AddSingleton(_memory).BuildServiceProvider() };
}
