using System.ComponentModel.DataAnnotations;
using TaskApi.AspNetCore.Api.Contracts;

namespace TaskApi.AspNetCore.Api.Queues;

/// <summary>What bounds a queue. What is absent or null doesn't.</summary>
/// <remarks>The attributes are documentation; <see cref="QueueValidation"/> enforces the rules.</remarks>
internal sealed record QueueRequest
{
    /// <summary>The most of its tasks that run at once, wherever.</summary>
    [Rule(nameof(FieldRules.MaxRunning))]
    public int? MaxRunning { get; init; }

    /// <summary>The same of its tasks with one <c>key</c>. Those without count for none, and one whose key is at its bound doesn't hold up others.</summary>
    [Rule(nameof(FieldRules.MaxRunning))]
    public int? MaxRunningPerKey { get; init; }

    /// <summary>How many of its tasks may start in any period.</summary>
    public QueueRateBody? Rate { get; init; }

    /// <summary>True: it hands out nothing. What runs goes on.</summary>
    public bool? Paused { get; init; }

    /// <summary>Until when it hands out nothing (RFC 3339 with an offset); by itself it goes on then.</summary>
    [DataType(DataType.DateTime)]
    public string? PausedUntil { get; init; }
}

/// <summary>How many tasks may start in any period.</summary>
internal sealed record QueueRateBody
{
    /// <summary>So many.</summary>
    [Required, Rule(nameof(FieldRules.RateCount))]
    public int? Count { get; init; }

    /// <summary>In any period of so many seconds.</summary>
    [Required, Rule(nameof(FieldRules.RateSeconds))]
    public double? Seconds { get; init; }
}

/// <summary>A queue: what bounds it, and what it has.</summary>
internal sealed record QueueResponse
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The most of its tasks that run at once; null: any number.</summary>
    public required int? MaxRunning { get; init; }

    /// <summary>The same of those with one key; null: any number.</summary>
    public required int? MaxRunningPerKey { get; init; }

    /// <summary>How many of its tasks may start in any period; null: any number.</summary>
    public required QueueRateBody? Rate { get; init; }

    /// <summary>True while it hands out nothing.</summary>
    public required bool Paused { get; init; }

    /// <summary>When it goes on by itself; null if it isn't paused, or until somebody says otherwise.</summary>
    public required DateTimeOffset? PausedUntil { get; init; }

    /// <summary>How many tasks it has that aren't done.</summary>
    public required QueueCountsResponse Counts { get; init; }

    /// <summary>When the task that has waited longest for its turn came due; null if none waits.</summary>
    public required DateTimeOffset? OldestReadyAt { get; init; }

    /// <summary>How many workers have asked for it in the last minute.</summary>
    public required int Workers { get; init; }
}

/// <summary>How many tasks a queue has that aren't done.</summary>
/// <param name="Pending">Not due yet.</param>
/// <param name="Ready">Due, whatever bound or pause holds them.</param>
/// <param name="Running">Running.</param>
internal sealed record QueueCountsResponse(long Pending, long Ready, long Running);

/// <summary>A page of queues in the order of their names.</summary>
/// <param name="Queues">The queues.</param>
/// <param name="NextCursor">The <c>cursor</c> of the next page; null at the end.</param>
internal sealed record QueueListResponse(QueueResponse[] Queues, string? NextCursor);
