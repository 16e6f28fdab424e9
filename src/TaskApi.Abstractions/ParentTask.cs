using System.Text.Json;

namespace TaskApi;

/// <summary>What became of a task that another one waited for.</summary>
/// <param name="Id">The task.</param>
/// <param name="Status"><c>completed</c>, <c>cancelled</c> or <c>failed</c>.</param>
/// <param name="Result">Its result; null unless it is completed.</param>
/// <param name="ErrorReason">Why it was cancelled or failed; null if it is completed.</param>
/// <param name="ErrorDetail">What was said about that; null if nothing was.</param>
public sealed record ParentTask(Guid Id, string Status, JsonElement? Result, string? ErrorReason, string? ErrorDetail);
