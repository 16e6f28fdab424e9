using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>
/// The problem that tasks of a gather have failed by themselves, and the others were cancelled: a <see cref="ProblemDocument"/> with
/// <see cref="ProblemMembers.Failures"/>, sent in chunks. Those that are forgotten when the answer comes to them are left out.
/// </summary>
internal sealed class GatherFailures : IResult, IStatusCodeHttpResult, IContentTypeHttpResult
{
    private static readonly JsonEncodedText _failures = JsonEncodedText.Encode(JsonNamingPolicy.CamelCase.ConvertName(nameof(ProblemMembers.Failures)));

    private readonly WaitedTasks _tasks;
    private readonly List<int> _failed = [];
    private readonly List<int> _places = [];

    private GatherFailures(WaitedTasks tasks)
    {
        _tasks = tasks;
        var seen = new HashSet<int>();
        for (var place = 0; place < (tasks.Order?.Count ?? tasks.Tasks.Count); place++)
        {
            var index = tasks.Order?[place] ?? place;
            if (tasks.Tasks.State(index) != TaskState.Failed || !seen.Add(index))
                continue;
            _failed.Add(index);
            _places.Add(place);
        }
    }

    int? IStatusCodeHttpResult.StatusCode => TaskProblemTypes.GatherFailed.Status;

    string? IContentTypeHttpResult.ContentType => ProblemResult.MediaType;

    /// <summary>The failures among tasks that are all done; null if there is none. To be cancelled, by whomever, is not to fail.</summary>
    public static GatherFailures? Of(WaitedTasks tasks) => new GatherFailures(tasks) is { _failed.Count: > 0 } failures ? failures : null;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.CacheControl = NoStoreMiddleware.Directives;
        using var json = new JsonChunks(httpContext, TaskProblemTypes.GatherFailed.Status, ProblemResult.MediaType);
        var type = (JsonTypeInfo<GatherFailure>)json.Options.GetTypeInfo(typeof(GatherFailure));
        json.Writer.WriteStartObject();
        var problem = new ProblemResult(TaskProblemTypes.GatherFailed, _failed.Count == 1 ? "A task failed; the others were cancelled." : "Several tasks failed; the others were cancelled.");
        foreach (var member in JsonSerializer.SerializeToElement(problem.ToDocument(httpContext), (JsonTypeInfo<ProblemDocument>)json.Options.GetTypeInfo(typeof(ProblemDocument))).EnumerateObject())
            member.WriteTo(json.Writer);
        json.Writer.WriteStartArray(_failures);
        var next = 0;
        await foreach (var (_, task) in _tasks.Tasks.ReadAsync(_failed, httpContext.RequestAborted))
        {
            var place = _places[next++];
            if (task is null)
                continue;
            JsonSerializer.Serialize(json.Writer, new GatherFailure(place, task.ToResponse()), type);
            await json.PauseAsync();
        }

        json.Writer.WriteEndArray();
        json.Writer.WriteEndObject();
        await json.EndAsync();
    }
}
