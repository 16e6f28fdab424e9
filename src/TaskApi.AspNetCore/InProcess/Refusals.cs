using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using TaskApi.AspNetCore.Api;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Api.Gathering;
using TaskApi.AspNetCore.Api.Tasks;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.InProcess;

/// <summary>What is refused, as the exceptions that a client over HTTP throws for it.</summary>
internal static class Refusals
{
    /// <summary>The task of an answer that is as it was asked for.</summary>
    /// <exception cref="TaskApiException">It isn't.</exception>
    public static TaskSnapshot TaskOrThrow(this in TaskAnswer answer) => answer.Status == AnswerStatus.Ok ? answer.Task! : throw answer.ToException();

    /// <summary>The tasks of an answer that is as it was asked for.</summary>
    /// <exception cref="TaskApiException">It isn't.</exception>
    public static WatchedTask[] TasksOrThrow(this in TasksAnswer answer) => answer.Status == AnswerStatus.Ok ? answer.Tasks : throw answer.ToException();

    /// <summary>A problem as an exception.</summary>
    /// <param name="refusal">What is said over HTTP.</param>
    /// <param name="complete">Adds what only some problems have.</param>
    public static Exception ToException(this ProblemResult refusal, Func<Problem, Problem>? complete = null)
    {
        var problem = new Problem { Type = refusal.Type.Uri, Title = refusal.Type.Title, Status = refusal.Type.Status, Detail = refusal.Detail, Errors = refusal.Errors };
        return TaskApiException.Of(complete?.Invoke(problem) ?? problem, refusal.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    /// <summary>The tasks are unknown.</summary>
    public static Exception NotFound(IReadOnlyList<Guid> ids) =>
        AnswerStatus.NotFound.ToProblem().ToException(problem => problem with { Ids = [.. ids.Select(static id => id.ToString())] });

    /// <summary>Why a task has no result that is done, and has none.</summary>
    public static Exception WithoutResult(TaskSnapshot task) => TaskProblems.WithoutResult(task, task.DueAt).ToException(problem => problem with { Error = task.Error });

    /// <summary>One of the tasks gathered did not complete.</summary>
    public static Exception GatherFailed(int index, TaskSnapshot task) =>
        GatherProblems.Failed(index, task).ToException(problem => problem with { Task = task.ToInfo(), Index = index });

    private static Exception ToException(this in TaskAnswer answer)
    {
        var (there, unknown) = (answer.Status == AnswerStatus.TaskExists ? answer.Task?.ToInfo() : null, UnknownIn(answer.After));
        return answer.ToProblem().ToException(problem => problem with { Task = there, Ids = unknown });
    }

    private static Exception ToException(this in TasksAnswer answer)
    {
        var (conflict, unknown) = (answer.Conflict, UnknownIn(answer.After));
        return answer.ToProblem().ToException(problem => problem with { Task = conflict?.Task?.ToInfo(), Index = conflict?.Index, Ids = unknown });
    }

    private static IReadOnlyList<string>? UnknownIn(AfterRefusal? refusal) => refusal is { Status: AnswerStatus.DependencyNotFound } ? refusal.Ids : null;

    /// <summary>A task that is asked for as over HTTP, so that the same rules hold.</summary>
    public static CreateTaskRequest ToRequest(this NewTask task)
    {
        var request = new CreateTaskRequest
        {
            Message = task.Message,
            DelaySeconds = task.Delay?.TotalSeconds,
            DueAt = task.DueAt?.ToString("O"),
            Name = task.Name,
            Group = task.Group,
            TimeoutSeconds = task.Timeout?.TotalSeconds,
        };
        // What isn't given isn't set: a message has nothing of what comes with a type.
        if (task.Type is not null)
            request.Type = task.Type;
        if (task.Input is { } input)
            request.Input = ToJson(input);
        if (task.Queue is not null)
            request.Queue = task.Queue;
        if (task.Priority != 0)
            request.Priority = task.Priority;
        if (task.Key is not null)
            request.Key = task.Key;
        if (task.Retry is { } retry)
            request.Retry = ToRequest(retry);
        if (task.AttemptTimeout is { } most)
            request.AttemptSeconds = most.TotalSeconds;
        if (task.Unique is { } unique)
            request.Unique = new UniqueRequest { Key = unique.Key, Scope = unique.Scope, OnConflict = unique.OnConflict };
        if (task.Callback is { } callback)
            request.Callback = new CallbackRequest { Url = callback.Url, Headers = callback.Headers!, On = callback.On.Count == 0 ? null : callback.On };
        if (task.After.Count > 0)
            request.After = new AfterRequest { Ids = [.. task.After.Select(static id => id.ToString())], On = task.AfterOn };
        return request;
    }

    /// <summary>An input as it is kept.</summary>
    /// <exception cref="InvalidRequestException">It is none by the rules of HTTP.</exception>
    public static RawJson ToJson(JsonElement json)
    {
        if (AnyJsonReader.TryRead(JsonMarshal.GetRawUtf8Value(json).ToArray(), out var kept))
            return RawJson.Of(kept);
        var errors = new FieldErrors();
        errors.Add("input", string.Create(CultureInfo.InvariantCulture, $"must be JSON of at most {RawJson.MaxDepth} levels, without comments or a property twice, in valid UTF-8 without lone surrogates."));
        throw errors.ToProblem().ToException();
    }

    private static RetryRequest ToRequest(TaskRetry retry) => new()
    {
        MaxAttempts = retry.MaxAttempts,
        MaxLosses = retry.MaxLosses,
        InitialSeconds = retry.Initial.TotalSeconds,
        Factor = retry.Factor,
        MaxSeconds = retry.Max.TotalSeconds,
        Jitter = retry.Jitter,
        MaxElapsedSeconds = retry.MaxElapsed?.TotalSeconds,
    };
}
