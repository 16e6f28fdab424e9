using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work.Gathers;

/// <summary>Gathers, for tests.</summary>
internal static class GatherFixture
{
    public static TaskSpec Gather(GatherRules rules, params Guid[] ids) => Spec([.. ids.Select(static id => new AfterTask(id))], [], rules);

    public static TaskSpec Gather(params Guid[] ids) => Gather(GatherRules.None, ids);

    public static TaskSpec GatherOf(GatherRules rules, params TaskSpec[] tasks) => Spec([], tasks, rules);

    public static TaskSpec GatherOf(params TaskSpec[] tasks) => GatherOf(GatherRules.None, tasks);

    private static TaskSpec Spec(AfterTask[] ids, TaskSpec[] tasks, GatherRules rules) => new()
    {
        Message = "",
        Schedule = default,
        Work = new WorkSpec { Type = "gather", Gather = new GatherSpec(ids, tasks, rules) },
    };

    /// <summary>The tasks that a gather has brought along, in order.</summary>
    public static async Task<Guid[]> ChildrenOf(this WorkFixture engine, Guid gather, int count = 100)
    {
        var page = await engine.Storage.ListAsync("", new TaskQuery(State: null, Group: null, Name: null, After: null, Limit: count) { Parent = gather }, Ended);
        return [.. page.Tasks.Select(static task => task.Id)];
    }

    /// <summary>What became of a task: its state, and its result or its error.</summary>
    public static async Task<string> Outcome(this WorkFixture engine, Guid id)
    {
        var task = await engine.Find(id);
        return task.State switch
        {
            TaskState.Completed => Text(task.Work!.Result!.Value),
            TaskState.Running when task.Work!.CancelRequested => "asked",
            TaskState.Failed or TaskState.Cancelled => $"{task.State} {task.Error!.Reason}: {task.Error.Detail}",
            var state => state.ToString(),
        };
    }

    /// <summary>Waits until it is done, though that may take more than one transaction: see <see cref="AfterFixture"/>.</summary>
    public static Task UntilDone(this WorkFixture engine, Guid id, Guid done) => engine.Until(done, async () => (await engine.Find(id)).IsDone);
}
