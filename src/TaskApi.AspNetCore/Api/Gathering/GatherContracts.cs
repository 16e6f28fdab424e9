using System.Text.Json.Serialization;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Json;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>Which tasks to gather, by exactly one of <c>ids</c>, <c>tasks</c> and <c>group</c>, and how: asyncio.gather.</summary>
internal sealed record GatherRequest
{
    /// <summary>Tasks that exist: up to 10,000; one given twice appears twice in the answer.</summary>
    public BoundedList<string?>? Ids { get; init; }

    /// <summary>Tasks to create first, all or none: up to 10,000.</summary>
    public BoundedList<CreateTaskRequest?>? Tasks { get; init; }

    /// <summary>The tasks that this group has now, in the order of their creation.</summary>
    [Rule(nameof(FieldRules.Label))]
    public string? Group { get; init; }

    /// <summary>True to wait for all tasks however they end; false, the default, to be told at once of the first that doesn't complete.</summary>
    public bool? ReturnExceptions { get; init; }

    /// <summary>How long to wait, from 0; longer than the service allows, or absent, it is the most that it allows.</summary>
    public double? WaitSeconds { get; init; }

    /// <summary>What becomes of the tasks that are pending when the time is over: <c>leave</c>, the default, or <c>cancel</c>, which only asks running ones to end.</summary>
    public TimeoutAction? OnTimeout { get; init; }

    /// <summary>What becomes of the others when one fails: <c>leave</c>, the default, as asyncio.gather does, or <c>cancel</c>, as asyncio.TaskGroup does. Not together with <c>returnExceptions</c>.</summary>
    public FailureAction? OnFailure { get; init; }
}

/// <summary>What a gather has collected, in the order of the request.</summary>
/// <param name="Done">False if the time ran out.</param>
/// <param name="Results">The results, null for a task that didn't complete; null as a whole if the time ran out.</param>
/// <param name="Tasks">The tasks.</param>
internal sealed record GatherResponse(bool Done, TextOrJson[]? Results, TaskResponse[] Tasks);

/// <summary>What becomes of the tasks that are pending when the time of a call is over.</summary>
[JsonConverter(typeof(NamedEnumConverter<TimeoutAction>))]
internal enum TimeoutAction
{
    /// <summary>They go on.</summary>
    Leave,

    /// <summary>They are cancelled, with reason <c>timeout</c>, before the call answers; those that run are asked to end, and are pending still.</summary>
    Cancel,
}
