using System.Text.Json.Serialization;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Api.Work;

/// <summary>What a call for work got.</summary>
/// <param name="Tasks">The tasks, now running, in the order in which they were started.</param>
/// <param name="Outcomes">What became of the call's outcomes, in their order; empty if it had none.</param>
internal sealed record AcquireResponse(LeasedTaskResponse[] Tasks, OutcomeResponse[] Outcomes);

/// <summary>What became of outcomes.</summary>
/// <param name="Outcomes">Of each, in the order of the call.</param>
internal sealed record FinishResponse(OutcomeResponse[] Outcomes);

/// <summary>What became of an outcome: how the task stands, or the problem with it.</summary>
internal sealed record OutcomeResponse
{
    /// <summary>The token that it came with.</summary>
    public required string Token { get; init; }

    /// <summary>The task; absent if there is a problem.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Id { get; init; }

    /// <summary>Where the task stands after it; absent if there is a problem.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskState? Status { get; init; }

    /// <summary>When it is due again; absent unless it is pending again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Why it wasn't taken: <c>lease-lost</c>, or <c>result-too-large</c>, with which the lease stays; absent if it was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProblemDocument? Problem { get; init; }
}

/// <summary>What a worker has to know.</summary>
/// <param name="ExpiresAt">When the renewed leases end.</param>
/// <param name="Cancel">Tasks that are asked to end, unless marked as seen.</param>
/// <param name="Lost">Leases that are over: nothing that is told of them counts any more.</param>
/// <param name="Drain">True once the service stops: it hands out nothing more, and another may.</param>
internal sealed record HeartbeatResponse(DateTimeOffset? ExpiresAt, CancelResponse[] Cancel, LostResponse[] Lost, bool Drain);

/// <summary>A running task is asked to end.</summary>
/// <param name="Token">Its lease.</param>
/// <param name="Id">The task.</param>
/// <param name="Reason"><c>cancelled</c>, <c>timeout</c> or another.</param>
/// <param name="Detail">What the canceller said.</param>
/// <param name="GraceUntil">It is cancelled then, whatever it does.</param>
internal sealed record CancelResponse(string Token, Guid Id, string Reason, string? Detail, DateTimeOffset GraceUntil);

/// <summary>A lease that is over.</summary>
/// <param name="Token">Its token, as it came.</param>
/// <param name="Id">The task; null if none is known by the token.</param>
internal sealed record LostResponse(string Token, Guid? Id);

/// <summary>The workers that have called in the last minute.</summary>
/// <param name="Workers">By name.</param>
internal sealed record WorkersResponse(WorkerResponse[] Workers);

/// <summary>A worker that has called in the last minute.</summary>
/// <param name="Worker">Its name.</param>
/// <param name="Queues">The queues that it last asked for.</param>
/// <param name="Running">How many tasks it runs.</param>
/// <param name="LastSeenAt">When it last called.</param>
internal sealed record WorkerResponse(string Worker, IReadOnlyList<string> Queues, int Running, DateTimeOffset LastSeenAt);
