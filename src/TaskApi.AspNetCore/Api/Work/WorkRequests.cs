using System.ComponentModel.DataAnnotations;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Json;

namespace TaskApi.AspNetCore.Api.Work;

/// <summary>A worker's call for work: which tasks it would run. What it has to tell of those that it ran goes with it.</summary>
/// <remarks>The attributes are documentation, here and below; <see cref="WorkValidation"/> enforces the rules.</remarks>
internal sealed record AcquireRequest
{
    /// <summary>Who calls.</summary>
    [Required, Rule(nameof(FieldRules.Worker))]
    public string? Worker { get; set; }

    /// <summary>The queues to take from: 1 to 100, each of 1 to 128 of the characters A-Z a-z 0-9 . _ : -</summary>
    [Required, MinLength(1), MaxLength(WorkValidation.MaxQueues)]
    public BoundedList<string?>? Queues { get; set; }

    /// <summary>The most tasks to take; 1 by default.</summary>
    [Rule(nameof(FieldRules.MaxTasks))]
    public int? Max { get; set; }

    /// <summary>How many seconds the leases last without a heartbeat; 30 by default.</summary>
    [Rule(nameof(FieldRules.LeaseSeconds))]
    public double? LeaseSeconds { get; set; }

    /// <summary>How long to wait while there is nothing: not at all by default; longer than the service allows, it is the most that it allows.</summary>
    public double? WaitSeconds { get; set; }

    /// <summary>How attempts ended, as in <c>POST /work/finish</c>: up to 1,000, taken before anything is started.</summary>
    [MaxLength(WorkValidation.MaxTasks)]
    public BoundedList<OutcomeRequest?>? Outcomes { get; set; }
}

/// <summary>How attempts ended.</summary>
internal sealed record FinishRequest
{
    /// <summary>Up to 1,000 outcomes, which are taken one after the other.</summary>
    [Required, MaxLength(WorkValidation.MaxTasks)]
    public BoundedList<OutcomeRequest?>? Outcomes { get; set; }
}

/// <summary>How one attempt ended: exactly one of <c>result</c>, <c>error</c>, <c>cancelled</c> and <c>release</c>.</summary>
internal sealed record OutcomeRequest
{
    /// <summary>The lease's token.</summary>
    [Required, StringLength(LeaseText.MaxLength, MinimumLength = 1)]
    public LeaseText? Token { get; set; }

    /// <summary>What the coroutine returned: any JSON, at most 64 KiB of it unless the service says otherwise, at most 64 levels deep, no property twice.</summary>
    public RawJson? Result { get; set; }

    /// <summary>The exception that it raised.</summary>
    public OutcomeErrorRequest? Error { get; set; }

    /// <summary>True: it ended because it was told to.</summary>
    public bool? Cancelled { get; set; }

    /// <summary>It is given back, to be begun again; nothing is counted.</summary>
    public ReleaseRequest? Release { get; set; }
}

/// <summary>The exception that a coroutine raised.</summary>
internal sealed record OutcomeErrorRequest
{
    /// <summary>Its type. What is longer than 128 characters is cut.</summary>
    [Required, MinLength(1)]
    public string? Reason { get; set; }

    /// <summary>Its text. What is longer than 4,096 characters is cut.</summary>
    public string? Detail { get; set; }

    /// <summary>False: no further attempt, whatever the task's <c>retry</c> says. True by default.</summary>
    public bool? Retry { get; set; }
}

/// <summary>An attempt is given back.</summary>
internal sealed record ReleaseRequest
{
    /// <summary>The task is due again in so many seconds; 0 by default.</summary>
    [Rule(nameof(FieldRules.DelaySeconds))]
    public double? DelaySeconds { get; set; }
}

/// <summary>A worker's sign of life.</summary>
internal sealed record HeartbeatRequest
{
    /// <summary>Who calls.</summary>
    [Required, Rule(nameof(FieldRules.Worker))]
    public string? Worker { get; set; }

    /// <summary>Up to 1,000 leases to renew; none by default.</summary>
    [MaxLength(WorkValidation.MaxTasks)]
    public BoundedList<BeatRequest?>? Leases { get; set; }

    /// <summary>How many seconds they last from now; 30 by default.</summary>
    [Rule(nameof(FieldRules.LeaseSeconds))]
    public double? LeaseSeconds { get; set; }

    /// <summary>How long to wait while there is nothing to tell: not at all by default; longer than the service allows, it is the most that it allows.</summary>
    public double? WaitSeconds { get; set; }
}

/// <summary>What a sign of life says of one lease.</summary>
internal sealed record BeatRequest
{
    /// <summary>The lease's token.</summary>
    [Required, StringLength(LeaseText.MaxLength, MinimumLength = 1)]
    public LeaseText? Token { get; set; }

    /// <summary>How far the coroutine has come; absent: nothing new.</summary>
    public ProgressRequest? Progress { get; set; }

    /// <summary>True once the worker knows that the task is asked to end; it isn't told again then.</summary>
    public bool? CancelSeen { get; set; }
}

/// <summary>How far a coroutine has come.</summary>
internal sealed record ProgressRequest
{
    /// <summary>How much is done, in units of its own.</summary>
    [Required]
    public double? Done { get; set; }

    /// <summary>Of how much, if it knows.</summary>
    public double? Total { get; set; }

    /// <summary>What it is about.</summary>
    [Rule(nameof(FieldRules.Note))]
    public string? Note { get; set; }
}
