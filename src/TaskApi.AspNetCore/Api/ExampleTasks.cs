using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.OpenApi;

namespace TaskApi.AspNetCore.Api;

/// <summary>The task that the examples tell of, in each of its states.</summary>
internal static class ExampleTasks
{
    /// <summary>Its id. Swagger UI puts that of the task created last in its place: the script of <see cref="SwaggerUi"/>.</summary>
    public const string Id = "019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61";

    /// <summary>Where it is.</summary>
    public const string Path = "/tasks/" + Id;

    /// <summary>Its group.</summary>
    public const string Group = "greetings";

    /// <summary>The name of the schedule that the examples tell of.</summary>
    public const string Schedule = "monday-report";

    /// <summary>The name of the queue that the examples tell of.</summary>
    public const string Queue = "resize";

    /// <summary>The token of a lease. Swagger UI puts that of the task acquired last in its place, likewise.</summary>
    public const string Token = "AZyooD6AfUqLHF4vmnw9YQAAAAHmPcQqk7vMpH2hZ0b1W5kX";

    /// <summary>What its completion leaves.</summary>
    public const string Result = "09:00:30 Hei";

    // The instant that the id tells.
    private static readonly DateTimeOffset _createdAt = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private static readonly TaskResponse _pending = new()
    {
        Id = Guid.Parse(Id),
        Name = null,
        Group = Group,
        Message = "Hei",
        DelaySeconds = 30,
        Status = TaskState.Pending,
        Done = false,
        CreatedAt = _createdAt,
        DueAt = _createdAt.AddSeconds(30),
        FinishedAt = null,
        Result = null,
        Error = null,
    };

    private static readonly TaskResponse _work = _pending with
    {
        Group = null,
        Message = null,
        DelaySeconds = 0,
        DueAt = _createdAt,
        Work = new WorkResponse
        {
            Type = "resize",
            Input = new RawJson("""{"url":"a.png","width":320}"""u8.ToArray()),
            After = null,
            Queue = Queue,
            Priority = 0,
            Key = null,
            Attempt = 0,
            Retry = new(3, 3, 1, 2, 3600, 0.1, null),
            AttemptSeconds = 60,
            StartedAt = null,
            Worker = null,
            Progress = null,
            CancelRequested = false,
            Schedule = null,
            Parent = null,
            Omitted = null,
        },
    };

    /// <summary>A cursor that goes on after it.</summary>
    public static string Cursor { get; } = IdText.ToCursor(_pending.Id);

    public static readonly ApiExample Pending = new("pending", "Pending", _pending);

    public static readonly ApiExample Completed = new("completed", "Completed", Finished(TaskState.Completed, 30) with { Result = Result });

    public static readonly ApiExample Cancelled = new("cancelled", "Cancelled by a client",
        Finished(TaskState.Cancelled, 4) with { Error = new(TaskError.Cancelled, "No longer needed") });

    public static readonly ApiExample TimedOut = new("timed-out", "Cancelled by its timeout",
        Finished(TaskState.Cancelled, 5) with { Error = new(TaskError.Timeout, null) });

    /// <summary>One with a type, before its first attempt.</summary>
    public static readonly ApiExample Work = new("work", "A coroutine's, waiting for its turn", _work);

    /// <summary>The same while it runs.</summary>
    public static readonly ApiExample Running = new("running", "A coroutine's, running", _work! with { Status = TaskState.Running, Work = Attempted() });

    /// <summary>The same once it is asked to end.</summary>
    public static readonly ApiExample Cancelling = new("cancelling", "A coroutine's, asked to end", _work! with { Status = TaskState.Running, Work = Attempted() with { CancelRequested = true } });

    /// <summary>The same once it has returned.</summary>
    public static readonly ApiExample Returned = new("returned", "A coroutine's, completed", _work with
    {
        Status = TaskState.Completed,
        Done = true,
        FinishedAt = _createdAt.AddSeconds(2),
        Work = Attempted() with { Result = new RawJson("""{"width":320}"""u8.ToArray()) },
    });

    /// <summary>The same once it has raised for the third time.</summary>
    public static readonly ApiExample Failed = new("failed", "A coroutine's, failed", _work with
    {
        Status = TaskState.Failed,
        Done = true,
        FinishedAt = _createdAt.AddSeconds(6),
        Error = new("ValueError", "no such file"),
        Work = Attempted() with { Attempt = 3, StartedAt = _createdAt.AddSeconds(5) },
    });

    /// <summary>The running one as a worker gets it.</summary>
    public const string LeasedJson = $$"""
        {
          "id": "{{Id}}", "name": null, "group": null, "type": "resize", "input": { "url": "a.png", "width": 320 }, "after": null, "queue": "resize", "priority": 0, "key": null,
          "attempt": 1, "retry": { "maxAttempts": 3, "maxLosses": 3, "initialSeconds": 1, "factor": 2, "maxSeconds": 3600, "jitter": 0.1, "maxElapsedSeconds": null },
          "attemptSeconds": 60, "startedAt": "2026-03-01T09:00:01.500Z", "worker": "laptop-1", "progress": null, "cancelRequested": false, "schedule": null, "parent": null,
          "delaySeconds": 0, "status": "running", "done": false, "createdAt": "2026-03-01T09:00:00.000Z", "dueAt": "2026-03-01T09:00:00.000Z", "finishedAt": null,
          "result": null, "error": null, "lease": { "token": "{{Token}}", "expiresAt": "2026-03-01T09:00:31.500Z" }
        }
        """;

    /// <summary>The task of one of the examples.</summary>
    public static TaskResponse Task(this ApiExample example) => (TaskResponse)example.Value;

    private static WorkResponse Attempted() => _work.Work! with { Attempt = 1, StartedAt = _createdAt.AddSeconds(1.5), Worker = "laptop-1" };

    private static TaskResponse Finished(TaskState state, int afterSeconds) =>
        _pending with { Status = state, Done = true, FinishedAt = _createdAt.AddSeconds(afterSeconds) };
}
