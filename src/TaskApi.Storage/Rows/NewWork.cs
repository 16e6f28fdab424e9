using System.Security.Cryptography;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.Rows;

/// <summary>The work of new tasks.</summary>
internal static class NewWork
{
    private const int SecretBytes = 16;

    /// <summary>The work of a task that has just been created.</summary>
    /// <param name="task">Its other row.</param>
    /// <param name="spec">What was asked for.</param>
    /// <param name="after">What it waits for; null for nothing.</param>
    /// <param name="wallToRun">What to add to the wall clock to get the run's clock.</param>
    public static WorkRow Of(TaskRow task, TaskSpec spec, AfterStart? after, long wallToRun)
    {
        var asked = spec.Work!;
        var work = new WorkRow
        {
            Sequence = task.Sequence,
            Owner = task.Owner,
            Type = asked.Type,
            Queue = asked.QueueOrType,
            Priority = asked.Priority,
            Key = asked.Key,
            Retry = WorkBlobs.Write(asked.Retry),
            AttemptSeconds = asked.AttemptSeconds,
            TimeoutSeconds = spec.TimeoutSeconds,
            Parent = asked.Parent?.ToByteArray(bigEndian: true),
            TraceParent = asked.TraceParent,
            Schedule = asked.Schedule?.Name,
            ScheduleAt = asked.Schedule?.At.ToUnixTimeMilliseconds(),
            UniqueKey = asked.Unique?.Key,
            Due = task.Due,
            DueOffset = task.DueOffset,
            Ready = task.Due <= task.Created ? 1 : null,
        };
        if (after is not null) return Wait(work, task, spec, after);
        return !asked.RunsAtOnce ? work : work with { Running = 1, Ready = null, Attempt = 1, Started = task.Created, Secret = RandomNumberGenerator.GetBytes(SecretBytes), DueOffset = wallToRun };
    }

    private static WorkRow Wait(WorkRow work, TaskRow task, TaskSpec spec, AfterStart after)
    {
        work = work with { After = AfterBlob.Write(after) };
        return !after.IsWaiting ? work : work with
        {
            AfterLeft = after.Open.Count,
            AfterAt = spec.Schedule.DueAt is null ? null : task.Due,
            Due = WorkAfter.Never,
            DueOffset = 0,
            Ready = null,
        };
    }
}
