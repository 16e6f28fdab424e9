using System.Net;
using System.Text.Json;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.Engine.Model;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Fuzz;

/// <summary>
/// Judges answers to hostile requests. That they are as the API description says <see cref="DescribedAnswers"/> has seen to;
/// here they must be no server's faults, errors must be problems in full, and the storage may hold what was said, no more.
/// </summary>
internal static class Verdict
{
    /// <summary>Sends a request and judges the answer.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static async Task<string?> Of(FuzzedService service, HostileRequest request)
    {
        // Since the request before: a callback's task is counted a moment after it is made.
        var callbacks = service.MarkCallbacks();
        var (pending, before) = (await service.Pending(), await Created(service));
        HttpStatusCode status;
        long? created;
        try
        {
            using var response = await service.Send(request);
            status = response.StatusCode;
            created = await Judge(service, request, response);
        }
        catch (Exception exception) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return exception.Message;
        }

        var grown = await Created(service) - before;
        if (created is { } expected && (grown < expected || grown > expected + service.Callbacks - callbacks))
            return $"{(int)status}, and {grown} tasks were created, not {expected}";
        if (status >= HttpStatusCode.BadRequest && !IsSame(pending, await service.Pending()))
            return $"{(int)status}, and the task has changed";
        return null;
    }

    /// <summary>Expects an answer that a client can do something with.</summary>
    /// <returns>How many tasks were created, going by the answer; null if it doesn't tell.</returns>
    private static async Task<long?> Judge(FuzzedService service, HostileRequest request, HttpResponseMessage response)
    {
        Assert.True(response.StatusCode < HttpStatusCode.InternalServerError, $"{(int)response.StatusCode} is a fault of the service");
        var operation = (await ApiDescription.Current).Find(new HttpMethod(request.Method), response.RequestMessage!.RequestUri!.AbsolutePath)?.Id;
        if (response.StatusCode >= HttpStatusCode.BadRequest)
        {
            if (response.RequestMessage.Method != HttpMethod.Head)
                (await service.Within(Reply.Read(response))).IsProblem(response.StatusCode);
            // A gather creates tasks and says then that one of them didn't complete.
            return operation == "GatherTasks" && response.StatusCode == HttpStatusCode.FailedDependency ? null : 0;
        }

        // The events go on for ever: their head has to do.
        if (operation == "StreamTaskEvents")
            return 0;
        var body = await service.Within(response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return operation switch
        {
            _ when response.Headers.Contains("Idempotency-Replayed") => 0,
            // The example of a unique task: the answer may be the one that there is.
            _ when body.Contains("rebuild-index", StringComparison.Ordinal) => null,
            // Whoever waits gets 200 for a task that is done; for one that isn't, it was there already, with the same unique key.
            "CreateTask" when response.StatusCode == HttpStatusCode.OK && !TaskJson.Parse(body).GetProperty("done").GetBoolean() => 0,
            "CreateTask" or "RerunTask" => Brought(TaskJson.Parse(body)),
            "RerunTasks" => (long)TaskJson.Parse(body).Number("created"),
            "CreateTasks" when response.Content.Headers.ContentType?.MediaType == MediaTypes.NdJson => body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(TaskJson.Parse).Where(static line => line.TryGetProperty("id", out _)).Sum(Brought),
            "CreateTasks" => TaskJson.Parse(body).Items("tasks").Sum(Brought),
            "GatherTasks" => null,
            _ => 0,
        };
    }

    // The task, and those that a gather brings along.
    private static long Brought(JsonElement task) =>
        1 + (task.TryGetProperty("type", out var type) && type.ValueEquals("gather") && task.GetProperty("input").TryGetProperty("tasks", out var tasks) && tasks.ValueKind == JsonValueKind.Array ? tasks.EnumerateArray().Sum(Brought) : 0);

    private static async Task<long> Created(FuzzedService service) => (await service.Storage.GetStatsAsync("", TestContext.Current.CancellationToken)).Created;

    private static bool IsSame(TaskSnapshot one, TaskSnapshot other) =>
        (one.Id, one.State, one.Version, one.Message, one.DueAt) == (other.Id, other.State, other.Version, other.Message, other.DueAt);
}
