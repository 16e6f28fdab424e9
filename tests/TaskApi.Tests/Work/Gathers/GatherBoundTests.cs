using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.Gathers.GatherFixture;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work.Gathers;

/// <summary>How long the results are that gathers make of few.</summary>
public sealed class GatherBoundTests : IDisposable
{
    private const int Length = 60_000;

    private readonly WorkFixture _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Create_OfMoreResultsThanACallMayGather_IsRefusedAndCreatesNothing()
    {
        var done = await Start();
        await Finish(done);
        // Each is as long as a list may be, and one more than have room is too many.
        var gathers = Enumerable.Range(0, 5).Select(_ => Gather([.. Enumerable.Repeat(done.Task.Id, 275)])).ToArray();
        var created = (await _engine.Stats()).Created;

        var many = await _engine.Storage.CreateManyAsync("", gathers, watch: false, Ended);
        var nested = await _engine.Storage.CreateAsync("", GatherOf(Spec(), GatherOf(gathers)), watch: false, Ended);

        Assert.Equal((AnswerStatus.TooLong, 4), (many.Status, many.After!.Index));
        Assert.Equal((AnswerStatus.TooLong, 0), (nested.Status, nested.After!.Index));
        Assert.Equal([1, 4], nested.After.Path);
        Assert.Equal(created, (await _engine.Stats()).Created);
        var one = await _engine.Create(gathers[0]);
        await _engine.UntilDone(one.Id, done.Task.Id);
        Assert.Equal(2 + (275 * (Length + 3)) - 1, (await _engine.Find(one.Id)).Work!.Result!.Value.Length);
    }

    [Fact]
    public async Task Gathers_OfResultsThatAreTooLongForOneTransaction_AllEnd()
    {
        var member = await Start();
        var gathers = new List<TaskSnapshot>();
        for (var i = 0; i < 6; i++) gathers.Add(await _engine.Create(Gather([.. Enumerable.Repeat(member.Task.Id, 250)])));

        await Finish(member);

        foreach (var gather in gathers)
        {
            await _engine.UntilDone(gather.Id, member.Task.Id);
            Assert.Equal(2 + (250 * (Length + 3)) - 1, (await _engine.Find(gather.Id)).Work!.Result!.Value.Length);
        }
    }

    private Task<LeasedTask> Start() => _engine.Start(Spec(queue: "a"));

    private async Task Finish(LeasedTask task) => Assert.Equal(FinishProblem.None, (await _engine.Return(task.Token, $"\"{new string('x', Length)}\"")).Problem);
}
