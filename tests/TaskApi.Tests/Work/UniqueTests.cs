using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>Tasks that are to be the only ones with a key.</summary>
public sealed class UniqueTests : IDisposable
{
    private readonly WorkFixture _engine = new();

    private static TaskSpec Only(UniqueConflict onConflict = UniqueConflict.Existing, UniqueScope scope = UniqueScope.Unfinished, string key = "k", double delaySeconds = 0, string input = "{}", string type = "resize")
    {
        var spec = Spec(delaySeconds, type, input: input);
        return spec with { Work = spec.Work! with { Unique = new UniqueTask(key, scope, onConflict) } };
    }

    private async Task<TaskAnswer> Try(TaskSpec spec, string owner = "", bool watch = false) => await _engine.Storage.CreateAsync(owner, spec, watch, Ended);

    private async Task<TasksAnswer> TryMany(params TaskSpec[] specs) => await _engine.Storage.CreateManyAsync("", specs, watch: false, Ended);

    private async Task<long> Created() => (await _engine.Stats()).Created;

    [Fact]
    public async Task Existing_WhileItIsNotDone_IsTheAnswer()
    {
        var first = await Try(Only());
        Assert.False(first.IsExisting);

        var pending = await Try(Only(input: "7"));
        var leased = Assert.Single(await _engine.Acquire());
        var running = await Try(Only(), watch: true);
        await _engine.Return(leased.Token);
        var done = await Try(Only());

        Assert.Equal((AnswerStatus.Ok, true, first.Task!.Id, "{}"), (pending.Status, pending.IsExisting, pending.Task!.Id, Text(pending.Task.Work!.Input)));
        Assert.Equal((true, first.Task.Id, TaskState.Running), (running.IsExisting, running.Task!.Id, running.Task.State));
        Assert.Equal(TaskState.Completed, (await running.Completion!.Task).State);
        Assert.Equal((false, 2L), (done.IsExisting, await Created()));
        Assert.NotEqual(first.Task.Id, done.Task!.Id);
    }

    [Fact]
    public async Task Reject_WhileItIsNotDone_CreatesNothing_AndShowsIt()
    {
        var first = await Try(Only());

        var refused = await Try(Only(UniqueConflict.Reject));

        Assert.Equal((AnswerStatus.TaskExists, first.Task!.Id, 1L), (refused.Status, refused.Task!.Id, await Created()));
        await _engine.Cancel(first.Task.Id);
        Assert.Equal(AnswerStatus.Ok, (await Try(Only(UniqueConflict.Reject))).Status);
    }

    [Fact]
    public async Task Replace_OfAPendingOne_GivesItInputAndDueTime_AndNothingElse()
    {
        var first = await Try(Only(delaySeconds: 5) with { Name = "first" });
        _engine.Advance(4);

        var replaced = await Try(Only(UniqueConflict.Replace, delaySeconds: 5, input: "2") with { Name = "second" });

        Assert.Equal((true, first.Task!.Id, "first", "2"), (replaced.IsExisting, replaced.Task!.Id, replaced.Task.Name, Text(replaced.Task.Work!.Input)));
        _engine.Advance(3);
        Assert.Empty(await _engine.Acquire());
        _engine.Advance(3);
        Assert.Single(await _engine.Acquire());
        Assert.Equal((AnswerStatus.TaskExists, TaskState.Running), await Try(Only(UniqueConflict.Replace)) is var refused ? (refused.Status, refused.Task!.State) : default);
    }

    [Fact]
    public async Task Replace_OfOneOfAnotherType_IsRefused()
    {
        var first = await Try(Only(delaySeconds: 60, input: "1"));

        var refused = await Try(Only(UniqueConflict.Replace, input: "2", type: "http"));
        var existing = await Try(Only(type: "http"));
        var among = await TryMany(Only(key: "new"), Only(UniqueConflict.Replace, key: "new"), Only(UniqueConflict.Replace, key: "new", type: "http"));

        Assert.Equal((AnswerStatus.TaskExists, first.Task!.Id, AnswerStatus.Ok), (refused.Status, refused.Task!.Id, existing.Status));
        Assert.Equal((AnswerStatus.TaskExists, 2, null), (among.Status, among.Conflict!.Index, among.Conflict.Task));
        Assert.Equal((first.Task.DueAt, "1", 1L), await _engine.Find(first.Task.Id) is var task ? (task.DueAt, Text(task.Work!.Input), await Created()) : default);
    }

    [Fact]
    public async Task Pending_Scope_DoesNotCountARunningOne()
    {
        await Try(Only(scope: UniqueScope.Pending));
        var leased = Assert.Single(await _engine.Acquire());

        var second = await Try(Only(UniqueConflict.Reject, UniqueScope.Pending));
        var third = await Try(Only(scope: UniqueScope.Pending));
        var fourth = await Try(Only(UniqueConflict.Replace, input: "4"));

        Assert.Equal(AnswerStatus.Ok, second.Status);
        Assert.Equal((second.Task!.Id, second.Task.Id), (third.Task!.Id, fourth.Task!.Id));
        await _engine.Return(leased.Token);
        Assert.Equal(second.Task.Id, (await Try(Only())).Task!.Id);
        Assert.Equal(2, await Created());
    }

    [Fact]
    public async Task Pending_Scope_WhileManyRun_FindsTheFirstThatWaits()
    {
        var running = new List<LeasedTask>();
        for (var i = 0; i < 100; i++)
        {
            Assert.False((await Try(Only(scope: UniqueScope.Pending))).IsExisting);
            running.AddRange(await _engine.Acquire());
        }

        Assert.Equal(running[0].Task.Id, (await Try(Only())).Task!.Id);
        var waits = await Try(Only(scope: UniqueScope.Pending));
        // One that waits once more was created before it.
        await _engine.Finish(WorkOutcome.Released(running[50].Token, 60));
        Assert.Equal((100, 2L), (running.Count, (await _engine.Stats()).Pending));
        Assert.Equal(running[50].Task.Id, (await Try(Only(scope: UniqueScope.Pending))).Task!.Id);

        await _engine.Cancel(running[50].Task.Id);
        Assert.Equal(waits.Task!.Id, (await Try(Only(scope: UniqueScope.Pending))).Task!.Id);
        await _engine.Cancel(waits.Task.Id);
        foreach (var one in running.Where((_, i) => i is not 50 and not 99)) await _engine.Return(one.Token);
        Assert.Equal(running[99].Task.Id, (await Try(Only())).Task!.Id);
        await _engine.Return(running[99].Token);
        Assert.False((await Try(Only())).IsExisting);
    }

    [Fact]
    public async Task Keys_AreEachOwnersOwn_AndAnyText()
    {
        await Try(Only(key: "a\0é 'x'"));

        Assert.True((await Try(Only(key: "a\0é 'x'"))).IsExisting);
        Assert.False((await Try(Only(key: "a\0é 'x'"), "north")).IsExisting);
        Assert.False((await Try(Only(key: "a"))).IsExisting);
    }

    [Fact]
    public async Task Batch_HasAtEachPlaceTheTaskThatThereIs()
    {
        var there = await Try(Only(key: "there"));

        var batch = await TryMany(Only(key: "there"), Spec(), Only(), Only(UniqueConflict.Replace, input: "2"));

        Assert.Equal([true, false, false, true], batch.Tasks.Select(static task => task.IsExisting));
        Assert.Equal((there.Task!.Id, batch.Tasks[2].Task.Id, "2"), (batch.Tasks[0].Task.Id, batch.Tasks[3].Task.Id, Text(batch.Tasks[3].Task.Work!.Input)));
        Assert.Equal(3, await Created());
    }

    [Fact]
    public async Task Batch_OfWhichOneIsRefused_CreatesNothing()
    {
        var there = await Try(Only());

        var refused = await TryMany(Spec(), Only(UniqueConflict.Reject), Spec());
        var among = await TryMany(Only(key: "new"), Only(UniqueConflict.Reject, key: "new"));

        Assert.Equal((AnswerStatus.TaskExists, 1, there.Task!.Id), (refused.Status, refused.Conflict!.Index, refused.Conflict!.Task!.Id));
        Assert.Equal((AnswerStatus.TaskExists, 1, null), (among.Status, among.Conflict!.Index, among.Conflict!.Task));
        Assert.Equal(1, await Created());
    }

    [Fact]
    public async Task Rerun_IsNotUnique()
    {
        var leased = await _engine.Start(Only());
        await _engine.Return(leased.Token);
        await Try(Only(UniqueConflict.Reject));

        Assert.Equal(AnswerStatus.Ok, (await _engine.Storage.History.RerunAsync("", leased.Task.Id, Ended)).Status);
    }

    [Fact]
    public async Task Creations_AtOnce_MakeOneTask()
    {
        for (var round = 0; round < 20; round++)
        {
            var key = $"race{round}";
            var conflict = (UniqueConflict)(round % 3);
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Try(Only(conflict, key: key)))));

            Assert.Equal(1, answers.Count(static answer => answer is { Status: AnswerStatus.Ok, IsExisting: false }));
            Assert.Single(answers.Select(static answer => answer.Task!.Id).Distinct());
        }

        Assert.Equal(20, await Created());
    }

    public void Dispose() => _engine.Dispose();
}
