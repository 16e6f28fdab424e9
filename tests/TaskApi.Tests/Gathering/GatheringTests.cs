using System.Globalization;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Gathering;

/// <summary>Base of the tests of the calls on many tasks. No call waits longer than a minute.</summary>
public abstract class GatheringTests(params (string Key, string Value)[] settings) : EndpointTests([("Tasks:MaxWaitSeconds", "60"), .. settings])
{
    /// <summary>The body that names tasks.</summary>
    /// <param name="ids">The tasks.</param>
    /// <param name="more">Further members, such as <c>"waitSeconds":5</c>.</param>
    protected static string Ids(IEnumerable<string> ids, string more = "") =>
        $$"""{"ids":[{{string.Join(',', ids.Select(static id => $"\"{id}\""))}}]{{(more.Length == 0 ? "" : ",")}}{{more}}}""";

    /// <summary>Starts a call that must wait, and goes on when it does.</summary>
    protected async Task<Task<Reply>> Waiting(string path, string json, double waitSeconds = 60)
    {
        var reply = Post(path, json);
        await Clock.TimerArmed(Seconds(waitSeconds));
        Assert.False(reply.IsCompleted);
        return reply;
    }

    /// <summary>A body to create tasks, all in one group.</summary>
    protected static string NewTask(double delaySeconds, string group = "g", string message = "Hei") =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"message":"{{message}}","delaySeconds":{{delaySeconds}},"group":"{{group}}"}""");

    /// <summary>How many tasks the service has ever created.</summary>
    protected async Task<double> Created() => (await Get("/tasks/stats")).Json.Number("created");
}
