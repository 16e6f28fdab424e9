using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Http;

/// <summary>Base of the tests of tasks that call a URL.</summary>
public abstract class HttpTaskTests : EndpointTests
{
    protected HttpTaskTests(params (string Key, string Value)[] settings)
        : base(settings)
    {
    }

    protected HttpTaskTests(TaskApiFactory api)
        : base(api)
    {
    }

    /// <summary>Creates a task that calls a URL, and answers with it.</summary>
    private protected Task<JsonElement> Call(string url, string input = "", string more = "") =>
        Create($$$"""{"type":"http","input":{"url":"{{{url}}}"{{{(input.Length == 0 ? "" : ",")}}}{{{input}}}}{{{more}}}}""");

    /// <summary>Creates one that isn't tried again, and answers with how it ended.</summary>
    private protected async Task<JsonElement> CallOnce(string url, string input = "") => await Finished((await Call(url, input, ""","retry":{"maxAttempts":1}""")).Id());

    /// <summary>The reason of its error, and what is said of it.</summary>
    private protected static (string?, string?) ErrorOf(JsonElement task) => task.GetProperty("error") is { ValueKind: JsonValueKind.Object } error ? (error.Text("reason"), error.Text("detail")) : default;

    /// <summary>The task once it waits for its next attempt.</summary>
    private protected async Task<JsonElement> Retrying(string id)
    {
        while (true)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var task = await Look(id);
            Assert.False(task.GetProperty("done").GetBoolean(), task.ToString());
            if (task.Status() == "pending" && task.Number("attempt") > 0) return task;
            await Task.Yield();
        }
    }
}
