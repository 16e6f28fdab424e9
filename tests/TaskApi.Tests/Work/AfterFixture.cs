using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>Tasks that wait for others, for tests.</summary>
internal static class AfterFixture
{
    public static TaskSpec After(this TaskSpec spec, params Guid[] ids) => spec.After(AfterRule.Success, ids);

    public static TaskSpec After(this TaskSpec spec, AfterRule on, params Guid[] ids) =>
        spec with { Work = spec.Work! with { After = new AfterSpec([.. ids.Select(static id => new AfterTask(id))], on) } };

    public static TaskSpec AfterPlaces(this TaskSpec spec, params int[] places) =>
        spec with { Work = spec.Work! with { After = new AfterSpec([.. places.Select(static place => new AfterTask(Guid.Empty, place))], AfterRule.Success) } };

    public static TaskSpec Message(double delaySeconds, string? group = null) => new() { Message = "m", Schedule = new TaskSchedule(delaySeconds), Group = group };

    public static async Task<Guid[]> CreateMany(this WorkFixture engine, params TaskSpec[] specs)
    {
        var answer = await engine.Storage.CreateManyAsync("", specs, watch: false, Ended);
        Assert.Equal(AnswerStatus.Ok, answer.Status);
        return Array.ConvertAll(answer.Tasks, static task => task.Task.Id);
    }

    /// <summary>Runs what is due, one after the other, until nothing is; answers which, in order.</summary>
    public static async Task<List<Guid>> RunAll(this WorkFixture engine, string queue = "resize")
    {
        var ran = new List<Guid>();
        while (await engine.Acquire(queue, max: 100) is { Length: > 0 } leased)
        {
            foreach (var task in leased) ran.Add(task.Task.Id);
            await engine.Work.FinishAsync("", [.. leased.Select(static task => WorkOutcome.Returned(task.Token, Json("1")))], Ended);
        }

        return ran;
    }

    /// <summary>Waits until the clock has gone on, by itself, with what one change has led to.</summary>
    public static async Task Until(this WorkFixture engine, Func<StorageStats, bool> isSo)
    {
        while (!isSo(await engine.Stats()))
        {
            Ended.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>What one change leads to may take a database more than one transaction: each of these calls makes another. In memory the clock goes on with it meanwhile.</summary>
    /// <param name="engine">The storage.</param>
    /// <param name="id">A task that is done: cancelling it once more changes nothing.</param>
    /// <param name="isSo">What is waited for.</param>
    public static Task Until(this WorkFixture engine, Guid id, Func<StorageStats, bool> isSo) => engine.Until(id, async () => isSo(await engine.Stats()));

    /// <inheritdoc cref="Until(WorkFixture, Guid, Func{StorageStats, bool})"/>
    public static async Task Until(this WorkFixture engine, Guid id, Func<Task<bool>> isSo)
    {
        for (var i = 0; i < 10_000 && !await isSo(); i++)
        {
            await engine.Cancel(id);
            await Task.Yield();
        }

        Assert.True(await isSo());
    }

    public static async Task<TaskState> StateOf(this WorkFixture engine, Guid id) => (await engine.Find(id)).State;

    public static async Task<int> Left(this WorkFixture engine, Guid id) => (await engine.Find(id)).Work!.AfterLeft;
}
