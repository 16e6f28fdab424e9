using TaskApi.Engine.Model;

namespace TaskApi.Engine.Memory;

/// <summary>What most tasks of a type have in common: kept once, however many there are.</summary>
/// <param name="Type">Which coroutine.</param>
/// <param name="Queue">Where it waits for its turn.</param>
/// <param name="Retry">How it is tried again.</param>
/// <param name="AttemptSeconds">The longest that an attempt may take, in seconds; null: any time.</param>
internal sealed record WorkKind(string Type, string Queue, RetryPolicy Retry, double? AttemptSeconds)
{
    /// <inheritdoc cref="WorkSpec.RunsAtOnce"/>
    public bool RunsAtOnce { get; } = WorkTypes.RunsAtOnce(Type);

    /// <inheritdoc cref="TaskFacts.CancelsAtOnce"/>
    public bool CancelsAtOnce { get; } = Type == WorkTypes.Future;
}

/// <summary>Finds the kind that is there already. A table of fixed size: of two kinds that want the same place the later one gets it. Not thread-safe.</summary>
internal sealed class WorkKinds
{
    private readonly WorkKind?[] _places = new WorkKind?[1024];

    /// <summary>The kind of a task to create.</summary>
    public WorkKind Of(WorkSpec work)
    {
        var queue = work.QueueOrType;
        ref var place = ref _places[(uint)HashCode.Combine(work.Type, queue, work.AttemptSeconds) % (uint)_places.Length];
        if (place is { } known && known.Type == work.Type && known.Queue == queue && known.AttemptSeconds == work.AttemptSeconds
            && (ReferenceEquals(known.Retry, work.Retry) || known.Retry == work.Retry)) return known;
        return place = new WorkKind(work.Type, queue, work.Retry == RetryPolicy.Default ? RetryPolicy.Default : work.Retry, work.AttemptSeconds);
    }
}
