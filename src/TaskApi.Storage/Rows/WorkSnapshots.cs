using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Storage.Rows;

/// <summary>What is shown of a task's work, and what decides about it.</summary>
internal static class WorkSnapshots
{
    /// <summary>The work as clients see it.</summary>
    /// <param name="row">What only work has.</param>
    /// <param name="task">What every task has.</param>
    /// <param name="state">Where the task stands.</param>
    public static WorkSnapshot ToSnapshot(this WorkRow row, TaskRow task, TaskState state) => new()
    {
        Type = row.Type,
        Input = task.Input,
        Result = state == TaskState.Completed && row.Result is not null ? row.Result : (ReadOnlyMemory<byte>?)null,
        Queue = row.Queue,
        Priority = row.Priority,
        Key = row.Key,
        Attempt = row.Attempt,
        Retry = WorkBlobs.ReadRetry(row.Retry),
        AttemptSeconds = row.AttemptSeconds,
        StartedAt = row.Started is { } started ? EngineClock.ToInstant(started) : null,
        Worker = row.Worker,
        Progress = WorkBlobs.ReadProgress(row.Progress),
        CancelRequest = state == TaskState.Running ? row.CancelRequest : null,
        Parent = row.Parent is null ? null : new Guid(row.Parent, bigEndian: true),
        TraceParent = row.TraceParent,
        Schedule = row.Schedule is { } name && row.ScheduleAt is { } at ? new ScheduleOccurrence(name, EngineClock.ToInstant(at)) : null,
        After = AfterBlob.Read(row.After),
        AfterLeft = state == TaskState.Pending ? row.AfterLeft ?? 0 : 0,
    };

    /// <summary>What decides what may become of the task.</summary>
    public static TaskFacts FactsOf(this WorkRow row, TaskRow task) => new()
    {
        State = row.StateOf(task),
        CreatedAt = task.Created,
        DueAt = row.Due,
        FinishedAt = task.Finished ?? 0,
        Retry = WorkBlobs.ReadRetry(row.Retry),
        Attempt = row.Attempt,
        Errors = row.Errors,
        Losses = row.Losses,
        CancelRequest = row.CancelRequest,
        CancelsAtOnce = row.Type == WorkTypes.Future || (row.Type == WorkTypes.Gather && !task.Follows.HasFlag(FollowUps.OwnsMembers)) || (row.IsInProcess && row.Type == WorkTypes.Http),
        IsUnderWay = row.IsInProcess && row.Type == WorkTypes.Http,
    };
}
