using TaskApi.Engine.Model;

namespace TaskApi.Storage.Rows;

/// <summary>The work of new tasks.</summary>
internal static class NewWork
{
    /// <summary>The work of a task that has just been created.</summary>
    /// <param name="task">Its other row.</param>
    /// <param name="spec">What was asked for.</param>
    public static WorkRow Of(TaskRow task, TaskSpec spec)
    {
        var asked = spec.Work!;
        return new WorkRow
        {
            Sequence = task.Sequence,
            Owner = task.Owner,
            Type = asked.Type,
            Queue = asked.Queue ?? asked.Type,
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
    }
}
