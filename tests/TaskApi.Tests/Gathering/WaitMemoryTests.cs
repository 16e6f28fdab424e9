using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Gathering;

/// <summary>What a wait keeps of tasks that are done counts as memory of its call.</summary>
public sealed class WaitMemoryTests : GatheringTests
{
    private const int Done = 100;
    private const int Length = 4096;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wait_ForTasksOfWhichManyAreDone_CountsWhatItKeepsOfThem(bool byGroup)
    {
        var message = new string('m', Length);
        var tasks = string.Join(',', Enumerable.Repeat($$"""{"message":"{{message}}","delaySeconds":1,"group":"g"}""", Done));
        var ids = (await Post("/tasks/batch", $"[{tasks}]")).IsJson(HttpStatusCode.Accepted).Items("tasks").Select(static task => task.Id()).ToArray();
        await Pass(Seconds(1));
        foreach (var id in ids)
            await Finished(id);
        var pending = (await Create("""{"message":"m","delaySeconds":50,"group":"g"}""")).Id();

        var reply = await Waiting("/tasks/gather", byGroup ? """{"group":"g"}""" : Ids([.. ids, pending]));

        Assert.InRange(Taken(), Done * Length * sizeof(char), long.MaxValue);
        await Pass(Seconds(50));
        Assert.Equal(Done + 1, (await reply).IsJson(HttpStatusCode.OK).Items("results").Count);
        Assert.Equal(0, Taken());
    }

    private long Taken() => Api.Nodes.Sum(static node => node.Services.GetRequiredService<CallMemory>().Taken);
}
