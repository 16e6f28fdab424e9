using TaskApi.Engine.Model;

namespace TaskApi.Engine.Schedules;

/// <summary>
/// What becomes of a schedule at an instant: which of its occurrences have come due, and which of them run. A pure function: storages carry out what
/// it says, in one step with the tasks.
/// </summary>
internal static class SchedulePlan
{
    /// <summary>The most occurrences that are made up for at once.</summary>
    public const int MostAtOnce = 1000;

    /// <summary>An occurrence that is looked at later than this was missed: nothing ran then. What is less late is only late.</summary>
    public static readonly TimeSpan MissedAfter = TimeSpan.FromMinutes(1);

    /// <summary>The occurrences that have come due and are to run.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="now">The instant.</param>
    public static DueOccurrences Due(ScheduleState schedule, DateTimeOffset now)
    {
        if (schedule.Next is not { } first || first > now) return new DueOccurrences([], schedule.Cursor);
        var (timing, missed) = (schedule.Definition.Timing, now - first > MissedAfter);
        if (missed && schedule.Definition.Missed != MissedOccurrences.All)
        {
            var last = timing.Last(now, schedule.Anchor) ?? now;
            return new DueOccurrences(schedule.Definition.Missed == MissedOccurrences.One || now - last <= MissedAfter ? [last] : [], last);
        }

        if (timing.Next(first, schedule.Anchor) is not { } second || second > now) return new DueOccurrences([first], first);
        var due = new List<DateTimeOffset> { first };
        for (DateTimeOffset? next = second; next <= now; next = timing.Next(next.Value, schedule.Anchor))
        {
            if (due.Count == MostAtOnce) return new DueOccurrences(due, timing.Last(now, schedule.Anchor) ?? now);
            due.Add(next.Value);
        }

        return new DueOccurrences(due, due[^1]);
    }

    /// <summary>What becomes of an occurrence that is to run.</summary>
    /// <param name="rule">What was asked for.</param>
    /// <param name="isRunning">True if the task of the one before is not done.</param>
    /// <param name="waits">True if another one waits for that already.</param>
    public static OccurrenceFate Decide(OverlapRule rule, bool isRunning, bool waits) => rule switch
    {
        OverlapRule.Skip when isRunning => OccurrenceFate.PassedOver,
        OverlapRule.Cancel when isRunning => OccurrenceFate.StartsInstead,
        OverlapRule.Wait when waits => OccurrenceFate.PassedOver,
        OverlapRule.Wait when isRunning => OccurrenceFate.Waits,
        _ => OccurrenceFate.Starts,
    };
}

/// <summary>What has come due of a schedule.</summary>
/// <param name="Runs">The occurrences that are to run, in order.</param>
/// <param name="Until">The last one that has come due, whether or not it is to run.</param>
internal readonly record struct DueOccurrences(IReadOnlyList<DateTimeOffset> Runs, DateTimeOffset Until);

/// <summary>What becomes of an occurrence.</summary>
internal enum OccurrenceFate
{
    /// <summary>Its task is created.</summary>
    Starts,

    /// <summary>Its task is created, and the one before is cancelled.</summary>
    StartsInstead,

    /// <summary>Its task is created when the one before is done.</summary>
    Waits,

    /// <summary>It has no task.</summary>
    PassedOver,
}
