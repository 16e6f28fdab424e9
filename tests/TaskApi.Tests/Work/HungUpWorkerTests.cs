using TaskApi.Engine.Model;
using TaskApi.Tests.Faults;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>Workers that hang up, on a socket: what they would have been handed goes to others at once.</summary>
public sealed class HungUpWorkerTests(SocketService service) : IClassFixture<SocketService>
{
    private static readonly TimeSpan _wait = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Acquire_OfAClientThatHungUpJustBefore_LeavesTheTaskToOthers(bool inGoodOrder)
    {
        for (var round = 0; round < 25; round++)
        {
            using var client = await RawClient.Connect(service.Address);
            await client.Send(Phases.Post("/work/acquire", """{"worker":"gone","queues":["resize"],"waitSeconds":60}"""));
            await service.Clock.TimerArmed(_wait);

            if (inGoodOrder)
                client.Close();
            else
                client.Reset();
            await service.Storage.CreateAsync("", Spec(), watch: false, Ended);

            var answer = await service.Storage.Work.AcquireAsync(Call(["resize"], waitSeconds: 60, worker: "there"), Ended).AsTask().WaitAsync(_wait, Ended);
            var task = Assert.Single(answer.Tasks);
            Assert.Equal((1, "there"), (task.Task.Work!.Attempt, task.Task.Work.Worker));
            await service.Storage.Work.FinishAsync("", [WorkOutcome.Ended(task.Token)], Ended);
            await service.LetsGo();
        }

        Assert.Equal(0, (await service.Storage.GetStatsAsync("", Ended)).Lost);
    }
}
