using System.Text.Json.Serialization;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.Rows;

/// <summary>The task of a schedule, as part of its <see cref="ScheduleDocument"/>.</summary>
internal sealed record ScheduledTaskDocument
{
    public string? Message { get; init; }

    public string? Type { get; init; }

    [JsonConverter(typeof(VerbatimJsonConverter))]
    public byte[]? Input { get; init; }

    public string? Queue { get; init; }

    public int? Priority { get; init; }

    public string? Key { get; init; }

    public RetryDocument? Retry { get; init; }

    public double? AttemptSeconds { get; init; }

    public Guid? Parent { get; init; }

    public UniqueDocument? Unique { get; init; }

    public CallbackDocument? Callback { get; init; }

    public string? Name { get; init; }

    public string? Group { get; init; }

    public double? TimeoutSeconds { get; init; }

    /// <summary>The document of a task.</summary>
    public static ScheduledTaskDocument Of(TaskSpec task)
    {
        var document = new ScheduledTaskDocument
        {
            Name = task.Name,
            Group = task.Group,
            TimeoutSeconds = task.TimeoutSeconds,
            Callback = task.Callback is { } callback ? new CallbackDocument(callback.Target, callback.Ends) : null,
        };
        if (task.Work is not { } work) return document with { Message = task.Message };
        return document with
        {
            Type = work.Type,
            Input = work.Input.IsEmpty ? null : work.Input.ToArray(),
            Queue = work.Queue,
            Priority = work.Priority,
            Key = work.Key,
            Retry = work.Retry == RetryPolicy.Default ? null : RetryDocument.Of(work.Retry),
            AttemptSeconds = work.AttemptSeconds,
            Parent = work.Parent,
            Unique = work.Unique is { } unique ? new UniqueDocument(unique.Key, (int)unique.Scope, (int)unique.OnConflict) : null,
        };
    }

    /// <summary>The task.</summary>
    public TaskSpec ToSpec() => new()
    {
        Message = Message ?? "",
        Schedule = default,
        Name = Name,
        Group = Group,
        TimeoutSeconds = TimeoutSeconds,
        Callback = Callback is { } callback ? new CallbackSpec(callback.Target, callback.Ends) : null,
        Work = Type is null ? null : new WorkSpec
        {
            Type = Type,
            Input = Input,
            Queue = Queue,
            Priority = Priority ?? 0,
            Key = Key,
            Retry = Retry?.ToPolicy() ?? RetryPolicy.Default,
            AttemptSeconds = AttemptSeconds,
            Parent = Parent,
            Unique = Unique is { } unique ? new UniqueTask(unique.Key, (UniqueScope)unique.Scope, (UniqueConflict)unique.OnConflict) : null,
        },
    };
}

/// <summary>That it is to be the only one with a key; the numbers are those of <see cref="UniqueScope"/> and <see cref="UniqueConflict"/>.</summary>
internal sealed record UniqueDocument(string Key, int Scope, int OnConflict);

/// <summary>What is called when it is done.</summary>
internal sealed record CallbackDocument([property: JsonConverter(typeof(VerbatimJsonConverter))] byte[] Target, int Ends);

/// <summary>Its retry policy; left out where it is the default.</summary>
internal sealed record RetryDocument(int MaxAttempts, int MaxLosses, double InitialSeconds, double Factor, double MaxSeconds, double Jitter, double? MaxElapsedSeconds)
{
    /// <summary>The document of a policy.</summary>
    public static RetryDocument Of(RetryPolicy retry) =>
        new(retry.MaxAttempts, retry.MaxLosses, retry.InitialSeconds, retry.Factor, retry.MaxSeconds, retry.Jitter, retry.MaxElapsedSeconds);

    /// <summary>The policy.</summary>
    public RetryPolicy ToPolicy() => new()
    {
        MaxAttempts = MaxAttempts,
        MaxLosses = MaxLosses,
        InitialSeconds = InitialSeconds,
        Factor = Factor,
        MaxSeconds = MaxSeconds,
        Jitter = Jitter,
        MaxElapsedSeconds = MaxElapsedSeconds,
    };
}
