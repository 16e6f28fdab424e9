using System.Text.Json;
using System.Text.Json.Serialization;

namespace TaskApi.Client.Http;

internal sealed record NewTaskBody
{
    public string? Message { get; init; }
    public string? Type { get; init; }
    public JsonElement? Input { get; init; }
    public double? DelaySeconds { get; init; }
    public DateTimeOffset? DueAt { get; init; }
    public string? Name { get; init; }
    public string? Group { get; init; }
    public double? TimeoutSeconds { get; init; }
    public string? Queue { get; init; }
    public int? Priority { get; init; }
    public string? Key { get; init; }
    public RetryBody? Retry { get; init; }
    public double? AttemptSeconds { get; init; }
    public TaskUnique? Unique { get; init; }
    public AfterBody? After { get; init; }
    public CallbackBody? Callback { get; init; }

    public static NewTaskBody Of(NewTask task) => new()
    {
        Message = task.Message,
        Type = task.Type,
        Input = task.Input,
        DelaySeconds = task.Delay?.TotalSeconds,
        DueAt = task.DueAt,
        Name = task.Name,
        Group = task.Group,
        TimeoutSeconds = task.Timeout?.TotalSeconds,
        Queue = task.Queue,
        Priority = task.Priority == 0 ? null : task.Priority,
        Key = task.Key,
        Retry = task.Retry is { } retry ? RetryBody.Of(retry) : null,
        AttemptSeconds = task.AttemptTimeout?.TotalSeconds,
        Unique = task.Unique,
        After = task.After.Count == 0 ? null : new AfterBody(task.After, task.AfterOn),
        Callback = task.Callback is { } callback ? CallbackBody.Of(callback) : null,
    };
}

internal sealed record CallbackBody(string Url, IReadOnlyDictionary<string, string>? Headers, IReadOnlyList<TaskState>? On)
{
    public static CallbackBody Of(TaskCallback callback) =>
        new(callback.Url, callback.Headers.Count == 0 ? null : callback.Headers, callback.On.Count == 0 ? null : callback.On);

    public TaskCallback ToCallback() => new(Url) { Headers = Headers ?? new Dictionary<string, string>(), On = On ?? [] };
}

internal sealed record AfterBody(IReadOnlyList<Guid> Ids, AfterRule On);

internal sealed record RetryBody(int MaxAttempts, int MaxLosses, double InitialSeconds, double Factor, double MaxSeconds, double Jitter, double? MaxElapsedSeconds)
{
    public static RetryBody Of(TaskRetry retry) =>
        new(retry.MaxAttempts, retry.MaxLosses, retry.Initial.TotalSeconds, retry.Factor, retry.Max.TotalSeconds, retry.Jitter, retry.MaxElapsed?.TotalSeconds);

    public TaskRetry ToRetry() => new()
    {
        MaxAttempts = MaxAttempts,
        MaxLosses = MaxLosses,
        Initial = TimeSpan.FromSeconds(InitialSeconds),
        Factor = Factor,
        Max = TimeSpan.FromSeconds(MaxSeconds),
        Jitter = Jitter,
        MaxElapsed = MaxElapsedSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    };
}

internal sealed record TaskChangeBody(double? DelaySeconds, DateTimeOffset? DueAt, string? Message, JsonElement? Input, int? Priority);

internal sealed record GatherBody(Guid[] Ids, bool ReturnExceptions, double WaitSeconds);

internal sealed record WaitBody(Guid[] Ids, ReturnWhen ReturnWhen, double WaitSeconds);

internal sealed record AsCompletedBody(Guid[] Ids, double WaitSeconds);

internal sealed record DoneAnswer(bool Done);

internal sealed record ResultAnswer(JsonElement? Result);

internal sealed record CancelledAnswer(long Cancelled);

internal sealed record BatchAnswer(TaskInfo[] Tasks);

internal sealed record GatherAnswer(bool Done, TaskInfo[] Tasks);

internal sealed record ListAnswer(TaskInfo[] Tasks, string? NextCursor);

internal sealed record GapData(long From, long To);

/// <summary>The JSON of the service, without reflection.</summary>
// Inputs may be nested 64 levels deep, and a list of lists of results to any depth.
[JsonSourceGenerationOptions(MaxDepth = int.MaxValue, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NewTaskBody))]
[JsonSerializable(typeof(NewTaskBody[]))]
[JsonSerializable(typeof(TaskChangeBody))]
[JsonSerializable(typeof(GatherBody))]
[JsonSerializable(typeof(WaitBody))]
[JsonSerializable(typeof(AsCompletedBody))]
[JsonSerializable(typeof(ScheduleBody))]
[JsonSerializable(typeof(PauseBody))]
[JsonSerializable(typeof(ScheduleAnswer))]
[JsonSerializable(typeof(ScheduleListAnswer))]
[JsonSerializable(typeof(PreviewAnswer))]
[JsonSerializable(typeof(DoneAnswer))]
[JsonSerializable(typeof(ResultAnswer))]
[JsonSerializable(typeof(CancelledAnswer))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(GatherAnswer))]
[JsonSerializable(typeof(ListAnswer))]
[JsonSerializable(typeof(GapData))]
[JsonSerializable(typeof(TaskInfo))]
[JsonSerializable(typeof(WaitResult))]
[JsonSerializable(typeof(TaskStats))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ClientJson : JsonSerializerContext;
