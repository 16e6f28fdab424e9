using System.Text.Json;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.Rows;

/// <summary>What was asked for with a schedule, as the database keeps it: JSON, in which what is not given is left out. A field that a version has more is passed over by others.</summary>
internal sealed record ScheduleDocument
{
    public string? Cron { get; init; }

    public long? EverySeconds { get; init; }

    public string? TimeZone { get; init; }

    public DateTimeOffset? StartAt { get; init; }

    public DateTimeOffset? EndAt { get; init; }

    public double? JitterSeconds { get; init; }

    public MissedOccurrences Missed { get; init; }

    public OverlapRule Overlap { get; init; }

    public bool Paused { get; init; }

    public required ScheduledTaskDocument Task { get; init; }

    /// <summary>The bytes that are kept.</summary>
    public static byte[] Write(ScheduleDefinition definition) => JsonSerializer.SerializeToUtf8Bytes(new ScheduleDocument
    {
        Cron = definition.Timing.Cron,
        EverySeconds = definition.Timing.EverySeconds,
        TimeZone = definition.Timing.TimeZone,
        StartAt = definition.Timing.StartAt,
        EndAt = definition.Timing.EndAt,
        JitterSeconds = definition.JitterSeconds,
        Missed = definition.Missed,
        Overlap = definition.Overlap,
        Paused = definition.Paused,
        Task = ScheduledTaskDocument.Of(definition.Task),
    }, ScheduleJsonContext.Default.ScheduleDocument);

    /// <summary>What they stand for.</summary>
    public static ScheduleDefinition Read(byte[] json)
    {
        var document = JsonSerializer.Deserialize(json, ScheduleJsonContext.Default.ScheduleDocument)!;
        return new ScheduleDefinition
        {
            Timing = new ScheduleTiming
            {
                Cron = document.Cron,
                EverySeconds = document.EverySeconds,
                TimeZone = document.TimeZone ?? "UTC",
                StartAt = document.StartAt,
                EndAt = document.EndAt,
            },
            JitterSeconds = document.JitterSeconds ?? 0,
            Missed = document.Missed,
            Overlap = document.Overlap,
            Paused = document.Paused,
            Task = document.Task.ToSpec(),
        };
    }
}
