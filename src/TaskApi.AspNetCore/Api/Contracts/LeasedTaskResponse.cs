using System.Text.Json.Serialization;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>A task that has been started for a worker: all that a task has, and its lease.</summary>
/// <param name="Lease">Proves that the attempt is the worker's.</param>
/// <param name="Traceparent">The trace that the task belongs to (W3C Trace Context); absent if there is none.</param>
internal sealed record LeasedTaskResponse(LeaseResponse Lease, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Traceparent);

/// <summary>Proves that an attempt is a worker's.</summary>
/// <param name="Token">To be shown with what is told of the attempt: opaque, at most 100 characters.</param>
/// <param name="ExpiresAt">When it ends, if it isn't renewed by then.</param>
internal sealed record LeaseResponse(string Token, DateTimeOffset? ExpiresAt);
