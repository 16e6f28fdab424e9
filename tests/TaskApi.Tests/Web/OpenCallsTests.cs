using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Limits;

namespace TaskApi.Tests.Web;

public sealed class OpenCallsTests
{
    private readonly OpenCalls _calls = new(Options.Create(new LimitOptions { MaxWaits = 3, MaxWaitsPerCaller = 2, MaxStreams = 1, MaxStreamsPerCaller = 1 }));

    [Fact]
    public void Enter_MoreThanOneCallerMay_IsRateLimited()
    {
        Assert.Null(_calls.Enter(OpenCallKind.Wait, "a"));
        Assert.Null(_calls.Enter(OpenCallKind.Wait, "a"));
        Assert.Equal("rate-limited", _calls.Enter(OpenCallKind.Wait, "a")!.Type.Name);
        Assert.Equal(2, _calls.Count(OpenCallKind.Wait));
        Assert.Null(_calls.Enter(OpenCallKind.Wait, "b"));
    }

    [Fact]
    public void Enter_MoreThanAllMay_FindsNoCapacity()
    {
        _calls.Enter(OpenCallKind.Wait, "a");
        _calls.Enter(OpenCallKind.Wait, "b");
        _calls.Enter(OpenCallKind.Wait, "c");
        Assert.Equal("capacity-reached", _calls.Enter(OpenCallKind.Wait, "d")!.Type.Name);
        Assert.Equal(3, _calls.Callers);
    }

    [Fact]
    public void Enter_OfAnotherKind_IsCountedApart()
    {
        _calls.Enter(OpenCallKind.Stream, "a");
        Assert.Null(_calls.Enter(OpenCallKind.Wait, "a"));
        Assert.NotNull(_calls.Enter(OpenCallKind.Stream, "a"));
        Assert.Equal((1, 1), (_calls.Count(OpenCallKind.Wait), _calls.Count(OpenCallKind.Stream)));
    }

    [Fact]
    public void Leave_Any_MakesRoomAndForgetsTheCaller()
    {
        _calls.Enter(OpenCallKind.Stream, "a");
        _calls.Leave(OpenCallKind.Stream, "a");
        Assert.Equal((0, 0), (_calls.Count(OpenCallKind.Stream), _calls.Callers));
        Assert.Null(_calls.Enter(OpenCallKind.Stream, "b"));
    }
}
