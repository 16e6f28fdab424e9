using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Schedules;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Schedules;

/// <summary>Base of the tests of schedules over HTTP. Time stands still until what is due by them has been made.</summary>
public abstract class ScheduleTests : EndpointTests
{
    protected const string Hourly = """{"cron":"0 * * * *","task":{"message":"Hei","group":"g"}}""";

    protected ScheduleTests(params (string Key, string Value)[] settings)
        : base([("Tasks:Retention", "30.00:00:00"), .. settings])
    {
        var clockworks = Api.Nodes.Select(static node => node.Services.GetRequiredService<ScheduleClockwork>()).ToArray();
        var isAtRest = Clock.IsAtRest;
        Clock.IsAtRest = () => !Array.Exists(clockworks, static clockwork => clockwork.IsLooking) && isAtRest?.Invoke() is not false;
    }

    protected Task<Reply> Put(string name, string body, params (string Name, string Value)[] headers) => Send(HttpMethod.Put, $"/schedules/{name}", Content(body), headers);

    protected async Task<IReadOnlyList<JsonElement>> Tasks() => (await Get("/tasks")).Json.Items("tasks");

    protected async Task<IReadOnlyList<string>> States(string schedule) => [.. (await Get($"/tasks?schedule={schedule}")).Json.Items("tasks").Select(static task => task.Status())];

    // What follows a completion happens on the thread pool.
    protected static async Task Until(Func<Task<bool>> isSo)
    {
        for (var i = 0; i < 100_000 && !await isSo(); i++)
            await Task.Yield();
    }
}
