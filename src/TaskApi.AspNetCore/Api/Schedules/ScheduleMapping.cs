using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Schedules;

/// <summary>From the engine's schedules to those that clients see.</summary>
internal static class ScheduleMapping
{
    /// <summary>How many occurrences a schedule shows.</summary>
    public const int Shown = 5;

    /// <summary>The schedule as clients see it.</summary>
    public static ScheduleResponse ToResponse(this ScheduleState schedule, DateTimeOffset now)
    {
        var after = schedule.Cursor > now ? schedule.Cursor : now;
        return Describe(schedule.Name, schedule.Definition) with
        {
            NextAt = schedule.Definition.Paused ? [] : Next(schedule.Definition.Timing, after, schedule.Anchor, Shown),
            LastAt = schedule.LastRun?.At,
            LastTaskId = schedule.LastRun?.Task,
            CreatedAt = schedule.CreatedAt,
            UpdatedAt = schedule.UpdatedAt,
        };
    }

    /// <summary>The next occurrences.</summary>
    public static List<DateTimeOffset> Next(ScheduleTiming timing, DateTimeOffset after, DateTimeOffset anchor, int count)
    {
        var next = new List<DateTimeOffset>(count);
        while (next.Count < count && timing.Next(after, anchor) is { } at)
        {
            next.Add(at);
            after = at;
        }

        return next;
    }

    /// <summary>
    /// The entity tag of what was asked for: an occurrence doesn't change it. Where credentials were given, which it mustn't tell anything of, each time that
    /// something is asked for has its own.
    /// </summary>
    public static string Tag(this ScheduleState schedule, IOptions<ApiJsonOptions> json)
    {
        var options = json.Value.SerializerOptions;
        var definition = JsonSerializer.SerializeToUtf8Bytes(Describe(schedule.Name, schedule.Definition), (JsonTypeInfo<ScheduleResponse>)options.GetTypeInfo(typeof(ScheduleResponse)));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(definition);
        if (HasCredentials(schedule.Definition.Task))
            hash.AppendData(BitConverter.GetBytes(schedule.UpdatedAt.UtcTicks));
        return $"\"{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8))}\"";
    }

    private static bool HasCredentials(TaskSpec task) =>
        (task.Callback is { } callback && IsMasked(WorkTypes.Http, callback.Target)) || (task.Work is { } work && IsMasked(work.Type, work.Input));

    private static bool IsMasked(string type, ReadOnlyMemory<byte> input) => !HttpCallMask.Mask(type, input).Equals(input);

    private static ScheduleResponse Describe(string name, ScheduleDefinition definition) => new()
    {
        Name = name,
        Cron = definition.Timing.Cron,
        EverySeconds = definition.Timing.EverySeconds,
        TimeZone = definition.Timing.TimeZone,
        StartAt = definition.Timing.StartAt,
        EndAt = definition.Timing.EndAt,
        JitterSeconds = definition.JitterSeconds,
        Missed = definition.Missed,
        Overlap = definition.Overlap,
        Paused = definition.Paused,
        Task = Describe(definition.Task),
        NextAt = [],
        LastAt = null,
        LastTaskId = null,
        CreatedAt = default,
        UpdatedAt = default,
    };

    private static ScheduledTaskResponse Describe(TaskSpec task) => new()
    {
        Message = task.Work is null ? task.Message : null,
        Type = task.Work?.Type,
        Input = task.Work is { } work ? RawJson.Of(HttpCallMask.Mask(work.Type, work.Input)) : null,
        Queue = task.Work is { } waits ? waits.Queue ?? waits.Type : null,
        Priority = task.Work?.Priority,
        Key = task.Work?.Key,
        Retry = task.Work?.Retry.ToResponse(),
        AttemptSeconds = task.Work?.AttemptSeconds,
        Unique = task.Work?.Unique is { } unique ? new UniqueRequest { Key = unique.Key, Scope = unique.Scope, OnConflict = unique.OnConflict } : null,
        Callback = task.Callback is { } callback ? CallbackRequest.Of(callback) : null,
        Name = task.Name,
        Group = task.Group,
        TimeoutSeconds = task.TimeoutSeconds,
    };
}
