using System.Text.Json;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.InProcess;

/// <summary>Tasks as programs see them.</summary>
internal static class TaskInfos
{
    /// <summary>What is shown of a task.</summary>
    public static TaskInfo ToInfo(this TaskSnapshot task)
    {
        var info = new TaskInfo
        {
            Id = task.Id,
            Name = task.Name,
            Group = task.Group,
            Message = task.Work is null ? task.Message : null,
            DelaySeconds = task.DelaySeconds,
            Status = task.State,
            Done = task.IsDone,
            CreatedAt = task.CreatedAt,
            DueAt = task.DueAt == WorkAfter.NotDue ? DateTimeOffset.MaxValue : task.DueAt,
            FinishedAt = task.FinishedAt,
            ResultJson = task.Result is { } text ? JsonSerializer.SerializeToElement(text, TaskApiJsonContext.Default.String) : null,
            Error = task.Error,
        };
        return task.Work is not { } work ? info : info with
        {
            Type = work.Type,
            Input = ToElement(HttpCallMask.Mask(work.Type, work.Input)),
            Queue = work.Queue.Length == 0 ? null : work.Queue,
            Priority = work.Priority,
            Key = work.Key,
            Attempt = work.Attempt,
            StartedAt = work.StartedAt,
            Worker = work.Worker,
            Progress = work.Progress is { } progress ? new TaskProgress(progress.Done, progress.Total, progress.Note, progress.At) : null,
            CancelRequested = work.CancelRequested,
            Schedule = work.Schedule,
            Parent = work.Parent,
            After = work is { AfterLeft: > 0, After: { } after } ? new TaskAfter(after.Ids, after.On, work.AfterLeft) : null,
            ResultJson = work.Result is { } result ? ToElement(result) : null,
        };
    }

    /// <summary>What an event shows of its task: of an attempt that is over and is not the last, with its error.</summary>
    public static TaskInfo ToInfo(this TaskEvent happened) =>
        happened.AttemptError is { } error ? happened.Task.ToInfo() with { Error = error } : happened.Task.ToInfo();

    /// <summary>JSON as programs see it: as over HTTP, null is nothing.</summary>
    public static JsonElement? ToElement(ReadOnlyMemory<byte> json) =>
        json.IsEmpty || json.Span is [(byte)'n', ..] ? null : JsonElement.Parse(json.Span, ResultJson.Reading);
}
