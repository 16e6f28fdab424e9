using System.Text.Json;

namespace TaskApi.Client.Work;

internal sealed record LeaseAnswer(string Token);

internal sealed record ParentAnswer(Guid Id, string Status, JsonElement? Result, TaskError? Error);

internal sealed record LeasedAnswer(Guid Id, string Type, JsonElement Input, int Attempt, LeaseAnswer Lease, string? Traceparent, ParentAnswer[]? Parents);

internal sealed record OutcomeAnswer(string Token, TaskState? Status, DateTimeOffset? DueAt, Problem? Problem);

internal sealed record AcquireAnswer(LeasedAnswer[] Tasks, OutcomeAnswer[]? Outcomes);

internal sealed record FinishAnswer(OutcomeAnswer[] Outcomes);

internal sealed record CancelAnswer(string Token);

internal sealed record LostAnswer(string Token);

internal sealed record HeartbeatAnswer(CancelAnswer[] Cancel, LostAnswer[] Lost, bool Drain);

internal sealed record CreatedAnswer(Guid Id);
