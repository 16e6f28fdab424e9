using System.Text.Json;
using System.Text.Json.Serialization;

namespace BareApi;

/// <summary>The body of a creation, field by field what the service reads.</summary>
internal sealed record BareCreateRequest(
    string Message, double? DelaySeconds, string? Delay, string? DueAt, string? Name, string? Group, double? TimeoutSeconds);

/// <summary>A task, field by field what the service answers.</summary>
internal sealed record BareTask(
    Guid Id,
    string? Name,
    string? Group,
    string Message,
    double DelaySeconds,
    string Status,
    bool Done,
    DateTime CreatedAt,
    DateTime DueAt,
    DateTime? FinishedAt,
    string? Result,
    BareError? Error);

/// <summary>Why a task was cancelled.</summary>
internal sealed record BareError(string Reason, string? Detail);

[JsonSerializable(typeof(BareCreateRequest))]
[JsonSerializable(typeof(BareTask))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class BareJsonContext : JsonSerializerContext;
