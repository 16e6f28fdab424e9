namespace TaskApi;

/// <summary>When and how the task of a coroutine runs.</summary>
public sealed record NewTaskOptions
{
    /// <summary>How long after its creation it is due: 0 to 365 days; null: at once. Not together with <see cref="DueAt"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>When it is due: at most a year ahead; an instant in the past means now. Not together with <see cref="Delay"/>.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>A label, which need not be unique: 1 to 128 characters.</summary>
    public string? Name { get; init; }

    /// <summary>A key of tasks that belong together: 1 to 128 of the characters <c>A-Z a-z 0-9 . _ : -</c>.</summary>
    public string? Group { get; init; }

    /// <summary>Where it waits for its turn: 1 to 128 of the characters <c>A-Z a-z 0-9 . _ : -</c>; null for the queue named like its type.</summary>
    public string? Queue { get; init; }

    /// <summary>-100 to 100; the higher the sooner among those that are due.</summary>
    public int Priority { get; init; }

    /// <summary>What a queue counts by: 1 to 128 of the characters A-Z a-z 0-9 . _ : -</summary>
    public string? Key { get; init; }

    /// <summary>The longest that it may take from its creation, all attempts together: above 0, up to 365 days; null: any time.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The longest that one attempt may take: above 0, up to 365 days; null: any time.</summary>
    public TimeSpan? AttemptTimeout { get; init; }

    /// <summary>That it is to be the only one with a key; null: there may be any number.</summary>
    public TaskUnique? Unique { get; init; }

    /// <summary>The tasks that it waits for before its delay begins: up to 1,000, delayed messages too; none: it doesn't wait.</summary>
    public IReadOnlyList<Guid> After { get; init; } = [];

    /// <summary>What they have to come to.</summary>
    public AfterRule AfterOn { get; init; }

    /// <summary>What is called when it is done; null: nothing.</summary>
    public TaskCallback? Callback { get; init; }

    /// <summary>Whether, and when, it is tried again; null: an exception ends it, as in asyncio; a call of type <c>http</c> is made up to 8 times.</summary>
    public TaskRetry? Retry { get; init; }
}

/// <summary>Whether, and when, a task is tried again that did not succeed.</summary>
public sealed record TaskRetry
{
    /// <summary>How many attempts may end in an error: 1 to 1,000.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>How often it is begun again when whoever ran it is gone: 0 to 1,000. 0 is at most once; anything else is at least once.</summary>
    public int MaxLosses { get; init; } = 3;

    /// <summary>The delay after the first error: 0 to 1 day.</summary>
    public TimeSpan Initial { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What the delay grows by with each further error: 1 to 100.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>The longest delay: 0 to 1 day.</summary>
    public TimeSpan Max { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The part of a delay, 0 to 1, of which a random share is left out, so that what failed together doesn't come back together.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>No attempt begins later than this after the creation: 0 to 365 days; null: no such bound.</summary>
    public TimeSpan? MaxElapsed { get; init; }
}
