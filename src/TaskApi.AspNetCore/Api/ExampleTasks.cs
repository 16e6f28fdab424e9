using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.Engine.Model;

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

    /// <summary>A cursor that goes on after it.</summary>
    public static string Cursor { get; } = IdText.ToCursor(_pending.Id);

    public static readonly ApiExample Pending = new("pending", "Pending", _pending);

    public static readonly ApiExample Completed = new("completed", "Completed", Finished(TaskState.Completed, 30) with { Result = Result });

    public static readonly ApiExample Cancelled = new("cancelled", "Cancelled by a client",
        Finished(TaskState.Cancelled, 4) with { Error = new(TaskError.Cancelled, "No longer needed") });

    public static readonly ApiExample TimedOut = new("timed-out", "Cancelled by its timeout",
        Finished(TaskState.Cancelled, 5) with { Error = new(TaskError.Timeout, null) });

    /// <summary>The task of one of the examples.</summary>
    public static TaskResponse Task(this ApiExample example) => (TaskResponse)example.Value;

    private static TaskResponse Finished(TaskState state, int afterSeconds) =>
        _pending with { Status = state, Done = true, FinishedAt = _createdAt.AddSeconds(afterSeconds) };
}
