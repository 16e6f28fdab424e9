using System.Collections.ObjectModel;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Api.Schedules;

namespace TaskApi.AspNetCore.InProcess;

/// <summary>Schedules as programs see and ask for them: what they would be over HTTP.</summary>
internal static class ScheduleInfos
{
    /// <summary>What is asked for.</summary>
    public static ScheduleRequest ToRequest(this NewSchedule schedule) => new()
    {
        Cron = schedule.Cron,
        EverySeconds = schedule.Every?.TotalSeconds,
        TimeZone = schedule.TimeZone,
        StartAt = schedule.StartAt?.ToString("O"),
        EndAt = schedule.EndAt?.ToString("O"),
        JitterSeconds = schedule.Jitter.TotalSeconds,
        Missed = schedule.Missed,
        Overlap = schedule.Overlap,
        Paused = schedule.Paused,
        Task = schedule.Task?.ToRequest(),
    };

    /// <summary>What is shown.</summary>
    /// <param name="schedule">As over HTTP.</param>
    /// <param name="tag">Its entity tag; null: of a list.</param>
    public static ScheduleInfo ToInfo(this ScheduleResponse schedule, string? tag) => new()
    {
        Name = schedule.Name,
        Definition = new NewSchedule
        {
            Cron = schedule.Cron,
            Every = Time(schedule.EverySeconds),
            TimeZone = schedule.TimeZone,
            StartAt = schedule.StartAt,
            EndAt = schedule.EndAt,
            Jitter = TimeSpan.FromSeconds(schedule.JitterSeconds),
            Missed = schedule.Missed,
            Overlap = schedule.Overlap,
            Paused = schedule.Paused,
            Task = ToTask(schedule.Task),
        },
        NextAt = schedule.NextAt,
        LastAt = schedule.LastAt,
        LastTaskId = schedule.LastTaskId,
        CreatedAt = schedule.CreatedAt,
        UpdatedAt = schedule.UpdatedAt,
        ETag = tag,
    };

    private static NewTask ToTask(ScheduledTaskResponse task) => new(task.Message!)
    {
        Type = task.Type,
        Input = task.Input is { } input ? TaskInfos.ToElement(input.Utf8) : null,
        Queue = task.Queue,
        Priority = task.Priority ?? 0,
        Key = task.Key,
        Retry = task.Retry is { } retry ? ToRetry(retry) : null,
        AttemptTimeout = Time(task.AttemptSeconds),
        Unique = task.Unique is { } unique ? new TaskUnique(unique.Key!) { Scope = unique.Scope!.Value, OnConflict = unique.OnConflict!.Value } : null,
        Callback = task.Callback is { } callback ? ToCallback(callback) : null,
        Name = task.Name,
        Group = task.Group,
        Timeout = Time(task.TimeoutSeconds),
    };

    private static TaskCallback ToCallback(CallbackRequest callback) => new(callback.Url!)
    {
        Headers = (callback.Headers ?? ReadOnlyDictionary<string, string?>.Empty).ToDictionary(static header => header.Key, static header => header.Value!),
        On = callback.On!,
    };

    private static TaskRetry ToRetry(RetryResponse retry) => new()
    {
        MaxAttempts = retry.MaxAttempts,
        MaxLosses = retry.MaxLosses,
        Initial = TimeSpan.FromSeconds(retry.InitialSeconds),
        Factor = retry.Factor,
        Max = TimeSpan.FromSeconds(retry.MaxSeconds),
        Jitter = retry.Jitter,
        MaxElapsed = Time(retry.MaxElapsedSeconds),
    };

    private static TimeSpan? Time(double? seconds) => seconds is { } given ? TimeSpan.FromSeconds(given) : null;
}
