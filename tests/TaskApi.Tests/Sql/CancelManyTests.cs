using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Sql;

/// <summary>Many cancels in one call.</summary>
public sealed class CancelManyTests
{
    private static readonly TaskError _timeout = new(TaskError.Timeout, Detail: null);

    [Fact]
    public async Task CancelMany_OfEveryKind_AnswersForEachInOrderInOneTransaction()
    {
        using var engine = new SqlFixture().Start();
        var completed = await engine.Create(0);
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var (first, strangers, second) = (await engine.Create(10), await engine.Create(10, owner: "somebody"), await engine.Create(10));
        await engine.Cancel(second.Id, "before");
        var waiting = await engine.Watch(first.Id);
        var before = engine.Database.Commits;

        var answers = await engine.Storage.CancelManyAsync("", [second.Id, Guid.NewGuid(), completed.Id, strangers.Id, first.Id, first.Id], _timeout, CancellationToken.None);

        Assert.Equal(before + 1, engine.Database.Commits);
        Assert.Equal(
            [AnswerStatus.Ok, AnswerStatus.NotFound, AnswerStatus.AlreadyFinished, AnswerStatus.NotFound, AnswerStatus.Ok, AnswerStatus.Ok],
            answers.Select(static answer => answer.Status));
        Assert.Equal("before", answers[0].Task!.Error!.Detail);
        Assert.Equal(_timeout, (await waiting).Error);
        Assert.Equal(TaskState.Pending, (await engine.Find(strangers.Id, "somebody"))!.State);
        engine.Restart();
        Assert.Equal(_timeout, (await engine.Find(first.Id))!.Error);
    }

    [Fact]
    public async Task CancelMany_MoreThanATransactionTakes_CancelsAll()
    {
        using var engine = new SqlFixture().Start();
        var tasks = await engine.Storage.CreateManyAsync("", [.. Enumerable.Repeat(new TaskSpec { Message = "m", Schedule = new TaskSchedule(10) }, 2500)], watch: false, CancellationToken.None);

        var answers = await engine.Storage.CancelManyAsync("", Array.ConvertAll(tasks.Tasks, static handle => handle.Task.Id), _timeout, CancellationToken.None);

        Assert.All(answers.Zip(tasks.Tasks), static pair => Assert.Equal((pair.Second.Task.Id, _timeout), (pair.First.Task!.Id, pair.First.Task.Error)));
        Assert.Equal(2500, (await engine.Stats()).Cancelled);
    }

    [Fact]
    public async Task CancelMany_BrokenDisk_SaysSoAndCancelsNothing()
    {
        using var engine = new SqlFixture().Start();
        var task = await engine.Create(10);
        engine.Database.BreakDisk();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => engine.Storage.CancelManyAsync("", [task.Id], _timeout, CancellationToken.None).AsTask());

        Assert.Equal(TaskState.Pending, (await engine.Find(task.Id))!.State);
    }
}
