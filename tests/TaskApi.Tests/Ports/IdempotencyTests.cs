using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Ports;

/// <summary>Calls with a key, as every storage keeps them. Where nodes share a database, what one has made is made again on the other.</summary>
public sealed class IdempotencyTests() : PortTests(("Tasks:MaxPending", "3"))
{
    private static readonly IdempotencyKey _key = new(Digest.Of("key"), Digest.Of("body"));
    private static readonly TaskSpec[] _tasks = [
        new() { Message = "Hei 日本", Schedule = new TaskSchedule(0.0701), Name = "a name", Group = "g" },
        new() { Message = "past", Schedule = new TaskSchedule(0, DateTimeOffset.UnixEpoch.AddTicks(12345)) },
        new() { Message = "later", Schedule = new TaskSchedule(31_536_000), TimeoutSeconds = 30_000_000 }];

    [Fact]
    public async Task CreateOnce_Again_AnswersTheTasksAsTheyWereAndCreatesNothing()
    {
        var first = await CreateOnce(Idempotency);
        Advance(1);

        var again = await CreateOnce(OtherIdempotency);

        Assert.Equal((AnswerStatus.Ok, false), (first.Status, first.IsRepeat));
        Assert.Equal((AnswerStatus.Ok, true, false), (again.Status, again.IsRepeat, again.Waits));
        foreach (var (before, after) in first.Tasks.Zip(again.Tasks))
            Assert.Equal(Fields(before.Task), Fields(after.Task));
        Assert.Equal(3, (await Queries.GetStatsAsync(Owner, Ended)).Created);
    }

    [Fact]
    public async Task CreateOnce_ManyAtOnce_CreatesOnce()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => CreateOnce(i % 2 == 0 ? Idempotency : OtherIdempotency))));

        Assert.Single(answers, static answer => !answer.IsRepeat);
        Assert.Single(answers.Select(static answer => answer.Tasks[0].Task.Id).Distinct());
        Assert.Equal(3, (await Queries.GetStatsAsync(Owner, Ended)).Created);
    }

    [Fact]
    public async Task CreateOnce_AnotherBody_IsRefused()
    {
        await CreateOnce(Idempotency);

        Assert.Equal(AnswerStatus.KeyReused, (await CreateOnce(OtherIdempotency, _key with { Body = Digest.Of("other") })).Status);
        Assert.Equal(3, (await Queries.GetStatsAsync(Owner, Ended)).Created);
    }

    [Fact]
    public async Task CreateOnce_WithoutRoom_KeepsNothing()
    {
        var task = await Create(Spec(10));
        Assert.Equal(AnswerStatus.CapacityReached, (await CreateOnce(Idempotency)).Status);
        Assert.Null(await OtherIdempotency.FindAsync(_key.Call, Ended));

        await Cancel(task.Id);

        Assert.Equal((AnswerStatus.Ok, false), await Outcome(OtherIdempotency));
    }

    [Fact]
    public async Task CreateOnce_WhenNothingNewIsTaken_StillAnswersWhatWasCreated()
    {
        var first = await CreateOnce(Idempotency);
        Advance(1);
        await Drain.DrainAsync(TimeSpan.Zero, Ended);

        Assert.Equal(first.Tasks[0].Task.Id, (await CreateOnce(Idempotency)).Tasks[0].Task.Id);
        Assert.Equal(AnswerStatus.ShuttingDown, (await CreateOnce(Idempotency, _key with { Call = Digest.Of("new") })).Status);
    }

    [Fact]
    public async Task CreateOnce_AfterTheRetention_IsANewCall()
    {
        await CreateOnce(Idempotency);
        Advance((24 * 3600) - 0.001);
        Assert.True((await CreateOnce(OtherIdempotency)).IsRepeat);

        Advance(0.001);

        Assert.Null(await OtherIdempotency.FindAsync(_key.Call, Ended));
        Assert.Equal((AnswerStatus.CapacityReached, false), await Outcome(Idempotency));
    }

    [Fact]
    public async Task KeepAnswer_OfACallThatWaited_IsKeptOnceAndFromThenOnForTheRetention()
    {
        var first = await CreateOnce(Idempotency, watch: true);
        Assert.True(first is { Waits: true, Tasks: [{ Completion: not null }, ..] });
        Assert.Equal(new IdempotencyRecord(_key.Body, Waits: true, Answer: null), await OtherIdempotency.FindAsync(_key.Call, Ended));

        Advance(200);
        Assert.Equal([1, 2], await Idempotency.KeepAnswerAsync(_key.Call, [1, 2], Ended));
        Assert.Equal([1, 2], await OtherIdempotency.KeepAnswerAsync(_key.Call, [3], Ended));

        Advance((24 * 3600) - 0.001);
        Assert.Equal([1, 2], (await OtherIdempotency.FindAsync(_key.Call, Ended))!.Answer);
        Advance(0.001);
        Assert.Null(await OtherIdempotency.FindAsync(_key.Call, Ended));
    }

    [Fact]
    public async Task CreateOnce_CallThatWaits_IsKeptForItsLongestWaitAndTheRetention()
    {
        await CreateOnce(Idempotency, watch: true);

        Advance(300 + (24 * 3600) - 0.001);
        Assert.True((await CreateOnce(OtherIdempotency, watch: true)) is { IsRepeat: true, Waits: true });
        Advance(0.001);

        Assert.Null(await OtherIdempotency.FindAsync(_key.Call, Ended));
    }

    private static async Task<CreateOnceAnswer> CreateOnce(IIdempotencyStore store, IdempotencyKey? key = null, bool watch = false) =>
        await store.CreateOnceAsync(Owner, key ?? _key, _tasks, watch, Ended);

    private static async Task<(AnswerStatus Status, bool IsRepeat)> Outcome(IIdempotencyStore store)
    {
        var answer = await CreateOnce(store);
        return (answer.Status, answer.IsRepeat);
    }

    private static object Fields(TaskSnapshot task) => (
        (task.Id, task.Owner, task.Name, task.Group, task.Message, task.DelaySeconds, task.State), (task.CreatedAt, task.DueAt, task.FinishedAt, task.Result, task.Error, task.Version));
}
