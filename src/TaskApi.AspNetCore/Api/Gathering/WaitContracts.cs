using System.ComponentModel.DataAnnotations;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Json;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>Which tasks to wait for, and for how many of them: asyncio.wait.</summary>
internal sealed record WaitRequest
{
    /// <summary>1 to 10,000 tasks; one given twice counts once.</summary>
    [Required, MinLength(1)]
    public BoundedList<string?>? Ids { get; init; }

    /// <summary>When to answer: <c>allCompleted</c>, the default, <c>firstCompleted</c> or <c>firstException</c>.</summary>
    public ReturnWhen? ReturnWhen { get; init; }

    /// <summary>How long to wait, from 0; longer than the service allows, or absent, it is the most that it allows.</summary>
    public double? WaitSeconds { get; init; }

    /// <summary>What becomes of the tasks that are pending when the time is over: <c>leave</c>, the default, or <c>cancel</c>, which only asks running ones to end.</summary>
    public TimeoutAction? OnTimeout { get; init; }
}

/// <summary>Where the tasks stand, each once, in the order of the request.</summary>
/// <param name="Done">Those that are done.</param>
/// <param name="Pending">Those that aren't.</param>
internal sealed record WaitResponse(TaskResponse[] Done, TaskResponse[] Pending);

/// <summary>Which tasks to tell of as they finish, by exactly one of <c>ids</c> and <c>group</c>: asyncio.as_completed.</summary>
internal sealed record AsCompletedRequest
{
    /// <summary>Up to 10,000 tasks; one given twice comes once.</summary>
    public BoundedList<string?>? Ids { get; init; }

    /// <summary>The tasks that this group has now.</summary>
    [Rule(nameof(FieldRules.Label))]
    public string? Group { get; init; }

    /// <summary>How long to wait, from 0; longer than the service allows, or absent, it is the most that it allows.</summary>
    public double? WaitSeconds { get; init; }
}
