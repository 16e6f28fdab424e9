using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>What a call had in its body doesn't count for as long as the call waits, once it is let go of.</summary>
public sealed class HeldCallMemoryTests : WorkEndpointTests
{
    private const int Length = 60_000;

    [Fact]
    public async Task Acquire_WithOutcomes_CountsNothingOfThemWhileItIsHeld()
    {
        var (_, token) = await Run();

        var held = Post("/work/acquire", $$"""{"worker":"{{Worker}}","queues":["resize"],"waitSeconds":20,"outcomes":[{"token":"{{token}}","result":"{{new string('r', Length)}}"}]}""");
        await Clock.TimerArmed(Seconds(20));

        Assert.Equal(0, Taken());
        await CreateWork();
        var answer = (await held).IsJson(HttpStatusCode.OK);
        Assert.Equal((token, "completed"), (answer.Items("outcomes")[0].Text("token"), answer.Items("outcomes")[0].Status()));
    }

    [Fact]
    public async Task Creation_ThatIsAwaited_CountsNoMoreThanItsTask()
    {
        var awaited = Post("/tasks?waitSeconds=30", $$"""{"type":"resize","input":"{{new string('i', Length)}}"}""");
        await Clock.TimerArmed(Seconds(30));

        Assert.InRange(Taken(), 0, Length + 1_000);
        await Finish(Token(Assert.Single((await Acquire()).Items("tasks"))), "\"result\":1");
        Assert.Equal("completed", (await awaited).IsJson(HttpStatusCode.OK).Status());
    }

    private long Taken() => Api.Nodes.Sum(static node => node.Services.GetRequiredService<CallMemory>().Taken);
}
