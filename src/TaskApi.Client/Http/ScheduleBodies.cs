using System.Text.Json;

namespace TaskApi.Client.Http;

internal sealed record ScheduleBody
{
    public string? Cron { get; init; }
    public double? EverySeconds { get; init; }
    public string? TimeZone { get; init; }
    public DateTimeOffset? StartAt { get; init; }
    public DateTimeOffset? EndAt { get; init; }
    public double JitterSeconds { get; init; }
    public MissedOccurrences Missed { get; init; }
    public OverlapRule Overlap { get; init; }
    public bool Paused { get; init; }
    public NewTaskBody? Task { get; init; }

    public static ScheduleBody Of(NewSchedule schedule) => new()
    {
        Cron = schedule.Cron,
        EverySeconds = schedule.Every?.TotalSeconds,
        TimeZone = schedule.TimeZone,
        StartAt = schedule.StartAt,
        EndAt = schedule.EndAt,
        JitterSeconds = schedule.Jitter.TotalSeconds,
        Missed = schedule.Missed,
        Overlap = schedule.Overlap,
        Paused = schedule.Paused,
        Task = NewTaskBody.Of(schedule.Task),
    };
}

internal sealed record PauseBody(bool Paused);

internal sealed record ScheduledTaskAnswer(
    string? Message, string? Type, JsonElement? Input, string? Queue, int? Priority, string? Key, RetryBody? Retry, double? AttemptSeconds, TaskUnique? Unique, string? Name, string? Group,
    double? TimeoutSeconds, CallbackBody? Callback)
{
    public NewTask ToTask() => new(Message!)
    {
        Type = Type,
        Input = Input,
        Queue = Queue,
        Priority = Priority ?? 0,
        Key = Key,
        Retry = Retry?.ToRetry(),
        AttemptTimeout = Time(AttemptSeconds),
        Unique = Unique,
        Callback = Callback?.ToCallback(),
        Name = Name,
        Group = Group,
        Timeout = Time(TimeoutSeconds),
    };

    private static TimeSpan? Time(double? seconds) => seconds is { } given ? TimeSpan.FromSeconds(given) : null;
}

internal sealed record ScheduleAnswer(
    string Name, string? Cron, double? EverySeconds, string TimeZone, DateTimeOffset? StartAt, DateTimeOffset? EndAt, double JitterSeconds, MissedOccurrences Missed,
    OverlapRule Overlap, bool Paused, ScheduledTaskAnswer Task, DateTimeOffset[] NextAt, DateTimeOffset? LastAt, Guid? LastTaskId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public ScheduleInfo ToInfo(string? tag) => new()
    {
        Name = Name,
        Definition = new NewSchedule
        {
            Cron = Cron,
            Every = EverySeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            TimeZone = TimeZone,
            StartAt = StartAt,
            EndAt = EndAt,
            Jitter = TimeSpan.FromSeconds(JitterSeconds),
            Missed = Missed,
            Overlap = Overlap,
            Paused = Paused,
            Task = Task.ToTask(),
        },
        NextAt = NextAt,
        LastAt = LastAt,
        LastTaskId = LastTaskId,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
        ETag = tag,
    };
}

internal sealed record ScheduleListAnswer(ScheduleAnswer[] Schedules, string? NextCursor);

internal sealed record PreviewAnswer(DateTimeOffset[] NextAt);
