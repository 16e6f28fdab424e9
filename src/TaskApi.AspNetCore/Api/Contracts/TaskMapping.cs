using TaskApi.AspNetCore.Http.Json;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>From the engine's tasks to those that clients see.</summary>
internal static class TaskMapping
{
    /// <summary>How long an input or a result may be, in bytes, to stand in a list or an event.</summary>
    public const int MostListed = 1024;

    private static readonly RetryResponse _usualRetry = ToResponse(RetryPolicy.Default with { });
    private static readonly string[] _input = ["input"];
    private static readonly string[] _result = ["result"];
    private static readonly string[] _both = ["input", "result"];

    /// <summary>The task as clients see it.</summary>
    public static TaskResponse ToResponse(this TaskSnapshot task) => ToResponse(task, isListed: false);

    /// <summary>The task as its creation is answered: what runs at once with the token that proves it.</summary>
    public static TaskResponse ToCreated(this TaskSnapshot task) => task.Work?.Lease is not { } lease
        ? task.ToResponse()
        : task.ToResponse() with { Work = ToResponse(task.Work, omitted: null) with { Lease = new(lease.ToString(), ExpiresAt: null) } };

    /// <summary>The task as it stands in lists and events: without an input or a result that is long.</summary>
    public static TaskResponse ToListed(this TaskSnapshot task) => ToResponse(task, isListed: true);

    /// <summary>The tasks, in the same order, as clients see them.</summary>
    public static TaskResponse[] ToResponses(this IReadOnlyList<TaskSnapshot> tasks)
    {
        var responses = new TaskResponse[tasks.Count];
        for (var i = 0; i < responses.Length; i++)
            responses[i] = tasks[i].ToResponse();
        return responses;
    }

    /// <summary>The error as clients see it.</summary>
    public static TaskErrorResponse ToResponse(this TaskError error) => new(error.Reason, error.Detail);

    private static TaskResponse ToResponse(TaskSnapshot task, bool isListed) => new()
    {
        Id = task.Id,
        Name = task.Name,
        Group = task.Group,
        Message = task.Message,
        DelaySeconds = task.DelaySeconds,
        Status = task.State,
        Done = task.IsDone,
        CreatedAt = task.CreatedAt,
        DueAt = task.DueAt,
        FinishedAt = task.FinishedAt,
        Result = task.Result,
        Error = task.Error?.ToResponse(),
        Work = task.Work is { } work ? ToResponse(work, isListed ? Omitted(work) : null) : null,
    };

    private static WorkResponse ToResponse(WorkSnapshot work, IReadOnlyList<string>? omitted) => new()
    {
        Type = work.Type,
        Input = omitted?.Contains(_input[0]) is true ? RawJson.Null : RawJson.Of(HttpCallMask.Mask(work.Type, work.Input)),
        Queue = work.Queue.Length == 0 ? null : work.Queue,
        Priority = work.Priority,
        Key = work.Key,
        Attempt = work.Attempt,
        Retry = ToResponse(work.Retry),
        AttemptSeconds = work.AttemptSeconds,
        StartedAt = work.StartedAt,
        Worker = work.Worker,
        Progress = work.Progress is { } progress ? new(progress.Done, progress.Total, progress.Note, progress.At) : null,
        CancelRequested = work.CancelRequested,
        Schedule = work.Schedule is { } schedule ? new(schedule.Name, schedule.At) : null,
        Parent = work.Parent,
        After = work is { AfterLeft: > 0, After: { } after } ? new(after.Ids, after.On, work.AfterLeft) : null,
        Omitted = omitted,
        Result = work.Result is { } result ? RawJson.Of(result) : null,
    };

    /// <summary>The policy as clients see it.</summary>
    public static RetryResponse ToResponse(this RetryPolicy retry) => ReferenceEquals(retry, RetryPolicy.Default)
        ? _usualRetry
        : new(retry.MaxAttempts, retry.MaxLosses, retry.InitialSeconds, retry.Factor, retry.MaxSeconds, retry.Jitter, retry.MaxElapsedSeconds);

    private static string[]? Omitted(WorkSnapshot work) => (work.Input.Length > MostListed, work.Result?.Length > MostListed) switch
    {
        (true, true) => _both,
        (true, false) => _input,
        (false, true) => _result,
        _ => null,
    };
}
