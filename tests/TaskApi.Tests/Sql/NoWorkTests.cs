using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Sql;

/// <summary>A database takes delayed messages alone, for now, and says so.</summary>
public sealed class NoWorkTests
{
    private static readonly TaskSpec _work = new() { Message = "", Schedule = new TaskSchedule(0), Work = new WorkSpec { Type = "resize" } };

    [Fact]
    public async Task Create_ATaskWithWork_IsRefused()
    {
        using var engine = new SqlFixture().Start();
        var key = new IdempotencyKey(Digest.Of("key"), Digest.Of("body"));

        Assert.Equal(AnswerStatus.WorkNotSupported, (await engine.Storage.CreateAsync("", _work, watch: false, CancellationToken.None)).Status);
        Assert.Equal(AnswerStatus.WorkNotSupported, (await engine.Storage.CreateManyAsync("", [_work], watch: false, CancellationToken.None)).Status);
        Assert.Equal(AnswerStatus.WorkNotSupported, (await engine.Idempotency.CreateOnceAsync("", key, [_work], watch: false, CancellationToken.None)).Status);
        Assert.Equal(0, (await engine.Stats()).Created);
    }

    [Fact]
    public async Task Work_WhatThereIsNone_IsAnsweredAsSuch()
    {
        using var engine = new SqlFixture().Start();
        var message = await engine.Create(10);

        Assert.Empty((await engine.Storage.ListAsync("", new TaskQuery(null, null, null, null, 10) { Type = "resize" }, CancellationToken.None)).Tasks);
        Assert.Equal(AnswerStatus.WrongKind, (await engine.Storage.RescheduleAsync("", message.Id, new TaskRevision(null, null, Priority: 1), condition: null, CancellationToken.None)).Status);
        Assert.Empty((await engine.Storage.Work.AcquireAsync(WorkAcquire.OfWorker("", "w", ["q"], 1, TimeSpan.FromSeconds(30), TimeSpan.Zero), CancellationToken.None)).Tasks);
        Assert.Equal(FinishProblem.LeaseLost, Assert.Single(await engine.Storage.Work.FinishAsync("", [WorkOutcome.Ended(default)], CancellationToken.None)).Problem);
    }
}
