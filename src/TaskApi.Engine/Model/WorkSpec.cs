namespace TaskApi.Engine.Model;

/// <summary>The work of a task to create, already validated: what a task has in place of a message.</summary>
internal sealed record WorkSpec
{
    /// <summary>Which coroutine runs: by <see cref="FieldRules.Type"/>, and not <c>message</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What the coroutine gets: one JSON value in UTF-8, numbers as they were written; empty for none, which is <c>null</c>. The storage makes its own copy.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>Where it waits for its turn, by <see cref="FieldRules.Label"/>; null for the queue named like its type.</summary>
    public string? Queue { get; init; }

    /// <summary>Where it waits, whatever was asked for; empty for what never waits.</summary>
    public string QueueOrType => Queue ?? (RunsAtOnce ? "" : Type);

    /// <summary>True for what runs from its creation on: there is no coroutine.</summary>
    public bool RunsAtOnce => WorkTypes.RunsAtOnce(Type);

    /// <summary>By <see cref="FieldRules.Priority"/>; the higher the sooner among those that are due.</summary>
    public int Priority { get; init; }

    /// <summary>What a queue counts by: by <see cref="FieldRules.Label"/>, or null.</summary>
    public string? Key { get; init; }

    /// <summary>Whether, and when, it is begun again.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>The longest that one attempt may take, in seconds, by <see cref="FieldRules.TimeoutSeconds"/>; null: any time.</summary>
    public double? AttemptSeconds { get; init; }

    /// <summary>The task that created it, or that it runs again; null for none.</summary>
    public Guid? Parent { get; init; }

    /// <summary>The occurrence that made it; null: none did.</summary>
    public ScheduleOccurrence? Schedule { get; init; }

    /// <summary>That it is to be the only one with a key; null: it needn't be.</summary>
    public UniqueTask? Unique { get; init; }

    /// <summary>The tasks that it waits for before its delay begins; null for none.</summary>
    public AfterSpec? After { get; init; }

    /// <summary>How many tasks it names to wait for, with those that it brings along.</summary>
    public int AfterCount
    {
        get
        {
            var count = After?.Tasks.Count ?? 0;
            foreach (var task in Gather?.Tasks ?? []) count += task.Work?.AfterCount ?? 0;
            return count;
        }
    }

    /// <summary>The tasks that it gathers; null unless it is a gather.</summary>
    public GatherSpec? Gather { get; init; }

    /// <summary>True if it takes a look at other tasks to create it.</summary>
    public bool IsRelated => Unique is not null || After is not null || Gather is not null;

    /// <summary>True if its creation is answered with a token: <see cref="WorkTypes.ShowsToken"/>.</summary>
    public bool ShowsToken => WorkTypes.ShowsToken(Type);

    /// <summary>The trace that it belongs to (W3C Trace Context, <c>traceparent</c>), handed to whoever runs it; null for none.</summary>
    public string? TraceParent { get; init; }
}
