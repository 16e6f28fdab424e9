using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Queues;

/// <summary>The rules for what bounds a queue, and the queues that clients see.</summary>
internal static class QueueValidation
{
    /// <summary>What is asked for, or null and every rule that the request breaks.</summary>
    public static QueueSettings? Validate(QueueRequest request, FieldErrors errors)
    {
        FieldRules.MaxRunning.Check(request.MaxRunning, "maxRunning", FieldPath.Root, errors);
        FieldRules.MaxRunning.Check(request.MaxRunningPerKey, "maxRunningPerKey", FieldPath.Root, errors);
        var rate = ReadRate(request.Rate, errors);
        var until = ReadPausedUntil(request, errors);
        return !errors.IsEmpty ? null : new QueueSettings
        {
            MaxRunning = request.MaxRunning,
            MaxRunningPerKey = request.MaxRunningPerKey,
            Rate = rate,
            Paused = request.Paused ?? until is not null,
            PausedUntil = until,
        };
    }

    /// <summary>The queue as clients see it.</summary>
    public static QueueResponse ToResponse(this QueueInfo queue) => new()
    {
        Name = queue.Name,
        MaxRunning = queue.Settings.MaxRunning,
        MaxRunningPerKey = queue.Settings.MaxRunningPerKey,
        Rate = queue.Settings.Rate is { } rate ? new QueueRateBody { Count = rate.Count, Seconds = rate.Seconds } : null,
        Paused = queue.Settings.Paused,
        PausedUntil = queue.Settings.PausedUntil,
        Counts = new(queue.Counts.Pending, queue.Counts.Ready, queue.Counts.Running),
        OldestReadyAt = queue.OldestReadyAt,
        Workers = queue.Workers,
    };

    private static QueueRate? ReadRate(QueueRateBody? rate, FieldErrors errors)
    {
        if (rate is null)
            return null;
        if (rate.Count is null)
            errors.Add("rate.count", "is required.");
        if (rate.Seconds is null)
            errors.Add("rate.seconds", "is required.");
        FieldRules.RateCount.Check(rate.Count, "rate.count", FieldPath.Root, errors);
        FieldRules.RateSeconds.Check(rate.Seconds, "rate.seconds", FieldPath.Root, errors);
        return rate is { Count: { } count, Seconds: { } seconds } && errors.IsEmpty ? new QueueRate(count, seconds) : null;
    }

    private static DateTimeOffset? ReadPausedUntil(QueueRequest request, FieldErrors errors)
    {
        if (request is { PausedUntil: not null, Paused: false })
        {
            errors.Add("pausedUntil", "must be left out where paused is false.");
            return null;
        }

        var until = Rfc3339.Read(request.PausedUntil, "pausedUntil", errors);
        if (until?.Year is < 1970 or > 9000)
            errors.Add("pausedUntil", "must be from 1970 to 9000.");
        return until;
    }
}
