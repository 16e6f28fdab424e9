using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Work;

namespace TaskApi.Tests;

/// <summary>Signs of life of one worker, that come to two nodes at once.</summary>
public sealed class BeatsAtOnceTests : QueueNodes
{
    [Fact]
    public async Task FirstHeartbeatOfAttempts_BesideProgressAtTheOtherNode_BothAreTaken()
    {
        for (var round = 0; round < 60; round++)
        {
            await Create(8);
            var tokens = Array.ConvertAll((await Nodes[0].AcquireAsync(WorkFixture.Call(["resize"], max: 8), Ended)).Tasks, static task => task.Token);
            Assert.Equal(8, tokens.Length);

            await Task.WhenAll(
                [Beat(0, [.. tokens.Select(static token => new LeaseBeat(token))]), .. tokens.Reverse().Select(token => Beat(1, [new LeaseBeat(token, new WorkProgress(round, 100, Note: null))]))]);

            var finished = await Nodes[round % 2].FinishAsync("", [.. tokens.Select(static token => WorkOutcome.Returned(token, "1"u8.ToArray()))], Ended);
            Assert.All(finished, static answer => Assert.Equal(FinishProblem.None, answer.Problem));
        }
    }

    private async Task Beat(int node, LeaseBeat[] leases)
    {
        var answer = await Nodes[node].HeartbeatAsync(new WorkHeartbeat { Owner = "", Worker = WorkFixture.Worker, Leases = leases, Lease = TimeSpan.FromSeconds(30) }, Ended);
        Assert.Empty(answer.Lost);
    }
}
