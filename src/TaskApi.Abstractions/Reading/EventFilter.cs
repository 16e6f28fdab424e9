namespace TaskApi.Reading;

/// <summary>Which events to hear of; null takes everything.</summary>
public sealed record EventFilter
{
    /// <summary>Only those of these tasks, 1 to 200.</summary>
    public IReadOnlyCollection<TaskHandle>? Tasks { get; init; }

    /// <summary>Only those of this group's tasks.</summary>
    public string? Group { get; init; }
}
