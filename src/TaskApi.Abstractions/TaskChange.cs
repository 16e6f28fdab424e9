namespace TaskApi;

/// <summary>What to change of a pending task; null leaves it as it is. At least one must be given.</summary>
public sealed record TaskChange
{
    /// <summary>Due so long from now: from 0, which means now, to 365 days. Not together with <see cref="DueAt"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Due at this instant, at most a year ahead. Not together with <see cref="Delay"/>.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>What the coroutine gets instead. Only of a task with a type.</summary>
    public System.Text.Json.JsonElement? Input { get; init; }

    /// <summary>The new priority: -100 to 100. Only of a task with a type.</summary>
    public int? Priority { get; init; }

    /// <summary>The new message: 1 to 4,096 UTF-16 units.</summary>
    public string? Message { get; init; }
}
