namespace TaskApi;

/// <summary>A task to create: a message, and when it is due. With neither <see cref="Delay"/> nor <see cref="DueAt"/> it is due at once.</summary>
/// <param name="Message">The message to deliver: 1 to 4,096 UTF-16 units of any text but lone surrogates.</param>
public sealed record NewTask(string Message)
{
    /// <summary>A task that is due after a delay.</summary>
    /// <param name="message">The message to deliver: 1 to 4,096 UTF-16 units.</param>
    /// <param name="delay">From 0 to 365 days.</param>
    public NewTask(string message, TimeSpan delay)
        : this(message) => Delay = delay;

    /// <summary>How long after its creation the task is due: from 0 to 365 days. Not together with <see cref="DueAt"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>When the task is due: at most a year ahead; an instant in the past means now. Not together with <see cref="Delay"/>.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>A label, which need not be unique: 1 to 128 characters.</summary>
    public string? Name { get; init; }

    /// <summary>A key of tasks that belong together: 1 to 128 of the characters <c>A-Z a-z 0-9 . _ : -</c>.</summary>
    public string? Group { get; init; }

    /// <summary>
    /// Cancel the task, with reason <c>timeout</c>, if it is still pending so long after its creation: above 0, up to 365 days.
    /// <c>asyncio.timeout</c>.
    /// </summary>
    public TimeSpan? Timeout { get; init; }
}
