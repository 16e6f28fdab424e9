using System.Text.Json;
using TaskApi.AspNetCore.Api.Contracts;

namespace TaskApi.AspNetCore.Api;

/// <summary>What problems about tasks say beyond those of the protocol. The API description reads the names and the words here.</summary>
internal sealed record ProblemMembers
{
    /// <summary>Why the task has no result; only with <c>task-cancelled</c> and <c>task-failed</c>.</summary>
    public TaskErrorResponse? Error { get; init; }

    /// <summary>The task that did not complete, with <c>gather-failed</c>; the one that there is, with <c>task-exists</c>.</summary>
    public TaskResponse? Task { get; init; }

    /// <summary>That task's place in the gather, or that of the task that can't be created in the batch, from 0.</summary>
    public int? Index { get; init; }

    /// <summary>The tasks that failed; only with <c>gather-failed</c>, where <c>onFailure</c> was <c>cancel</c>.</summary>
    public IReadOnlyList<GatherFailure>? Failures { get; init; }

    /// <summary>The unknown ids; only where several were given.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>Those that there are, by the names that they have in the body.</summary>
    public Dictionary<string, object> Named()
    {
        var named = new Dictionary<string, object>();
        Add(named, nameof(Error), Error);
        Add(named, nameof(Task), Task);
        Add(named, nameof(Index), Index);
        Add(named, nameof(Failures), Failures);
        Add(named, nameof(Ids), Ids);
        return named;
    }

    private static void Add(Dictionary<string, object> named, string name, object? value)
    {
        if (value is not null)
            named.Add(JsonNamingPolicy.CamelCase.ConvertName(name), value);
    }
}

/// <summary>A task of a gather that failed.</summary>
/// <param name="Index">Its place in the gather, from 0.</param>
/// <param name="Task">The task.</param>
internal sealed record GatherFailure(int Index, TaskResponse Task);
