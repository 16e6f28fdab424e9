using System.Text.Json.Serialization;
using TaskApi.AspNetCore.Http.Json;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>A task that has been started for a worker: all that a task has, and its lease.</summary>
/// <param name="Lease">Proves that the attempt is the worker's.</param>
/// <param name="Traceparent">The trace that the task belongs to (W3C Trace Context); absent if there is none.</param>
/// <param name="Parents">What became of the tasks that it has waited for, in the order in which they were given; absent if there are none.</param>
internal sealed record LeasedTaskResponse(
    LeaseResponse Lease, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Traceparent,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ParentResponse[]? Parents);

/// <summary>What became of a task that another has waited for.</summary>
/// <param name="Id">The task.</param>
/// <param name="Status"><c>completed</c>, <c>cancelled</c> or <c>failed</c>; that too if it has been forgotten since, with the reason <c>forgotten</c>.</param>
/// <param name="Result">Its result; null unless it is completed.</param>
/// <param name="Error">Why it has none; null if it is completed.</param>
internal sealed record ParentResponse(Guid Id, TaskState Status, TextOrJson Result, TaskErrorResponse? Error);

/// <summary>Proves that an attempt is a worker's.</summary>
/// <param name="Token">To be shown with what is told of the attempt: opaque, at most 100 characters.</param>
/// <param name="ExpiresAt">When it ends, if it isn't renewed by then.</param>
internal sealed record LeaseResponse(string Token, DateTimeOffset? ExpiresAt);
