using TaskApi.AspNetCore.Http.Json;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>The input of a task of type <c>gather</c>: which tasks it waits for, by exactly one of <c>ids</c> and <c>tasks</c>, and how.</summary>
internal sealed record GatherInputRequest
{
    /// <summary>Tasks that exist: 1 to 100,000; one given twice counts twice.</summary>
    public BoundedList<string?>? Ids { get; init; }

    /// <summary>Tasks to create with it, all or none: 1 to 10,000, those of gathers among them counted. It is their parent.</summary>
    public BoundedList<CreateTaskRequest?>? Tasks { get; init; }

    /// <summary>What becomes of the others when one fails.</summary>
    public FailureAction? OnFailure { get; init; }

    /// <summary>True if it completes however its tasks end.</summary>
    public bool? ReturnExceptions { get; init; }
}
