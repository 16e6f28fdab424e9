using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.Gathers.GatherFixture;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work.Gathers;

/// <summary>Tasks of one call that would wait for each other, since one of them is another.</summary>
public sealed class GatherCircleTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    [Fact]
    public async Task Create_AGatherOfATaskThatWaitsForIt_IsRefused() =>
        await AssertRefused(0, [0], GatherOf(Only("k")), Only("k").AfterPlaces(0));

    [Fact]
    public async Task Create_AGatherWithinAnotherThatIsWaitedForByWayOfOthers_IsRefused() =>
        await AssertRefused(1, [1, 0], Spec(), GatherOf(Spec(), GatherOf(Only("k"), Only("other"))), Spec().AfterPlaces(0, 1), Only("k").AfterPlaces(2));

    [Fact]
    public async Task Create_TwoGathersOfTasksThatWaitForTheOther_IsRefused() =>
        await AssertRefused(1, [0], GatherOf(Only("a")), GatherOf(Only("b")), Only("a").AfterPlaces(1), Only("b").AfterPlaces(0));

    [Fact]
    public async Task Create_AGatherOfATaskThatDoesNotWaitForIt_Gathers()
    {
        var ids = await _engine.CreateMany(Only("k"), GatherOf(Only("k"), Spec(queue: "b"), Only("k")), Only("after").AfterPlaces(0, 1), GatherOf(Only("k"), Only("after")));

        foreach (var queue in (string[])["resize", "b"]) await _engine.Return(Assert.Single(await _engine.Acquire(queue)).Token, $"\"{queue}\"");
        await _engine.UntilDone(ids[1], ids[0]);
        Assert.Equal("""["resize","b","resize"]""", await _engine.Outcome(ids[1]));
        await _engine.Return(Assert.Single(await _engine.Acquire()).Token, "2");
        await _engine.UntilDone(ids[3], ids[2]);
        Assert.Equal("""["resize",2]""", await _engine.Outcome(ids[3]));
    }

    [Fact]
    public async Task Create_AGatherOfATaskThatThereIs_WaitsForThat()
    {
        var there = await _engine.Start(Only("k"));
        var ids = await _engine.CreateMany(GatherOf(Only("k")), Only("k").AfterPlaces(0));

        await _engine.Return(there.Token, "1");

        await _engine.UntilDone(ids[0], there.Task.Id);
        Assert.Equal(("[1]", there.Task.Id), (await _engine.Outcome(ids[0]), ids[1]));
    }

    public void Dispose() => _engine.Dispose();

    private static TaskSpec Only(string key) => Spec() is var spec ? spec with { Work = spec.Work! with { Unique = new UniqueTask(key, UniqueScope.Unfinished, UniqueConflict.Existing) } } : null!;

    private async Task AssertRefused(int index, int[] path, params TaskSpec[] specs)
    {
        var answer = await _engine.Storage.CreateManyAsync("", specs, watch: false, Ended);

        Assert.Equal((AnswerStatus.TaskExists, index, null), (answer.Status, answer.Conflict!.Index, answer.Conflict.Task));
        Assert.Equal(path, answer.Conflict.Path);
        Assert.Equal(0, (await _engine.Stats()).Created);
    }
}
