using System.Globalization;
using System.Text;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Ports;

/// <summary>Calls with a key that don't say by themselves what they create, as every storage keeps them: with their answers, in one step.</summary>
public sealed class EffectOnceTests() : PortTests(("Tasks:MaxPending", "3"))
{
    private static readonly IdempotencyKey _key = new(Digest.Of("key"), Digest.Of(""));

    [Fact]
    public async Task RerunOnce_WhoseAnswerWasLost_AnswersAsTheFirstDid()
    {
        var task = await Done();
        var first = await Rerun(Idempotency, task);
        Advance(1);

        var again = await Rerun(OtherIdempotency, task);

        Assert.Equal((AnswerStatus.Ok, false), (first.Answer.Status, first.IsRepeat));
        Assert.Equal((AnswerStatus.Ok, true), (again.Answer.Status, again.IsRepeat));
        Assert.Equal(first.Kept, again.Kept);
        Assert.Equal(first.Kept, (await OtherIdempotency.FindAsync(_key.Call, Ended))!.Answer);
        Assert.Equal(2, (await Queries.GetStatsAsync(Owner, Ended)).Created);
        Assert.Equal(AnswerStatus.KeyReused, (await Rerun(OtherIdempotency, task, _key with { Body = Digest.Of("other") })).Answer.Status);
    }

    [Fact]
    public async Task RerunOnce_ManyAtOnce_RunsOnce()
    {
        var task = await Done();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => Rerun(i % 2 == 0 ? Idempotency : OtherIdempotency, task))));

        Assert.Single(answers, static answer => !answer.IsRepeat);
        Assert.Single(answers.Select(static answer => Encoding.UTF8.GetString(answer.Kept!)).Distinct());
        Assert.Equal(2, (await Queries.GetStatsAsync(Owner, Ended)).Created);
    }

    [Fact]
    public async Task RerunOnce_WhatCannotBeRun_KeepsNothing()
    {
        var task = await Create(Spec(10));

        Assert.Equal(AnswerStatus.NotFinished, (await Rerun(Idempotency, task)).Answer.Status);
        Assert.Null(await OtherIdempotency.FindAsync(_key.Call, Ended));
        await Cancel(task.Id);

        Assert.Equal((AnswerStatus.Ok, false), await Outcome(OtherIdempotency, task));
    }

    [Fact]
    public async Task RerunManyOnce_Again_RunsNothingMore()
    {
        await Done();
        Assert.Equal("1", await RerunMany(Idempotency));
        await Done();

        Assert.Equal("1", await RerunMany(OtherIdempotency));
        Assert.Equal(3, (await Queries.GetStatsAsync(Owner, Ended)).Created);
    }

    [Fact]
    public async Task RerunManyOnce_OfNothing_IsAnsweredSoAgain()
    {
        Assert.Equal("0", await RerunMany(Idempotency));
        await Done();

        Assert.Equal("0", await RerunMany(OtherIdempotency));
    }

    [Fact]
    public async Task RerunManyOnce_ManyAtOnce_RunsEachOnceAndAnswersAlike()
    {
        for (var i = 0; i < 3; i++) await Done();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => RerunMany(i % 2 == 0 ? Idempotency : OtherIdempotency))));

        Assert.Equal(["3"], answers.Distinct());
        Assert.Equal(6, (await Queries.GetStatsAsync(Owner, Ended)).Created);
    }

    [Fact]
    public async Task RerunManyOnce_WithoutRoom_KeepsNothing()
    {
        await Done("g");
        var pending = new List<TaskSnapshot>();
        for (var i = 0; i < 3; i++) pending.Add(await Create(Spec(10)));

        Assert.Null(await RerunMany(Idempotency, "g"));
        Assert.Null(await OtherIdempotency.FindAsync(_key.Call, Ended));
        await Cancel(pending[0].Id);

        Assert.Equal("1", await RerunMany(OtherIdempotency, "g"));
    }

    [Fact]
    public async Task CreateOnce_WithItsAnswer_AnswersItWhateverIsToBeCreatedNow()
    {
        var first = await Idempotency.CreateOnceAsync(Owner, _key, Spec(10), Write, Ended);

        var again = await OtherIdempotency.CreateOnceAsync(Owner, _key, Spec(20, message: "other"), Write, Ended);

        Assert.Equal((false, true), (first.IsRepeat, again.IsRepeat));
        Assert.Equal(first.Kept, again.Kept);
        Assert.Equal(1, (await Queries.GetStatsAsync(Owner, Ended)).Created);
    }

    private static byte[] Write(TaskSnapshot task) => Encoding.UTF8.GetBytes($"{task.Id} {task.Message} {task.DueAt}");

    private static async Task<OnceAnswer> Rerun(IIdempotencyStore store, TaskSnapshot task, IdempotencyKey? key = null) =>
        await store.RerunOnceAsync(Owner, key ?? _key, task.Id, Write, Ended);

    private static async Task<(AnswerStatus Status, bool IsRepeat)> Outcome(IIdempotencyStore store, TaskSnapshot task)
    {
        var once = await Rerun(store, task);
        return (once.Answer.Status, once.IsRepeat);
    }

    private static async Task<string?> RerunMany(IIdempotencyStore store, string? group = null)
    {
        var once = await store.RerunManyOnceAsync(
            Owner, _key, new RerunQuery(TaskState.Completed, Group: group), static created => Encoding.UTF8.GetBytes(created.ToString(CultureInfo.InvariantCulture)), Ended);
        return once.Kept is { } kept ? Encoding.UTF8.GetString(kept) : null;
    }

    private async Task<TaskSnapshot> Done(string? group = null)
    {
        var task = await Create(Spec(1, group));
        var watched = await Waits.WatchAsync(Owner, task.Id, Ended);
        Advance(1);
        await watched.Completion!.Task.WaitAsync(TimeSpan.FromSeconds(30), Ended);
        return task;
    }
}
