using System.Text.Json;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Rules;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>Tasks with callbacks, for tests.</summary>
internal static class CallbackFixture
{
    private const string Url = "https://example.com/done";

    public static TaskSpec Calling(this TaskSpec spec, params TaskState[] on) =>
        spec with { Callback = new CallbackSpec(CallbackTarget.Write(Url, headers: null), on.Length == 0 ? CallbackSpec.AllEnds : CallbackSpec.EndsOf(on)) };

    /// <summary>The tasks whose parent a task is, in the order of their creation.</summary>
    public static async Task<IReadOnlyList<TaskSnapshot>> ChildrenOf(this WorkFixture engine, Guid id, string owner = "") =>
        (await engine.Storage.ListAsync(owner, new TaskQuery(null, null, null, null, 100) { Parent = id }, Ended)).Tasks;

    /// <summary>How many callbacks there are.</summary>
    public static async Task<int> CountCalls(this WorkFixture engine)
    {
        var (count, after) = (0, default(Guid?));
        while (true)
        {
            var page = (await engine.Storage.ListAsync("", new TaskQuery(null, null, null, after, 1000) { Type = WorkTypes.Http }, Ended)).Tasks;
            count += page.Count;
            if (page.Count == 0) return count;
            after = page[^1].Id;
        }
    }

    /// <summary>What the only callback of a task tells: its type, and the task.</summary>
    public static async Task<(string? Type, JsonElement Task)> Told(this WorkFixture engine, Guid id)
    {
        var call = Assert.Single(await engine.ChildrenOf(id));
        Assert.Equal((WorkTypes.Http, WorkTypes.Http, null, 8, 3600.0), (call.Work!.Type, call.Work.Queue, call.Group, call.Work.Retry.MaxAttempts, call.Work.AttemptSeconds));
        Assert.Equal(TaskState.Pending, call.State);
        var input = JsonElement.Parse(call.Work.Input.Span);
        Assert.Equal(["url", "body"], input.EnumerateObject().Select(static member => member.Name));
        Assert.Equal(Url, input.GetProperty("url").GetString());
        var body = input.GetProperty("body");
        var task = body.GetProperty("data");
        Assert.Equal((id, task.GetProperty("finishedAt").GetString()), (task.GetProperty("id").GetGuid(), body.GetProperty("timestamp").GetString()));
        return (body.GetProperty("type").GetString(), task);
    }
}
