using System.Globalization;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Work;

/// <summary>The rules for what workers send. Each notes what is broken, under the field's name.</summary>
internal static class WorkValidation
{
    public const int MaxQueues = 100;
    public const int MaxTasks = RouteLimits.MaxOutcomes;

    private const int UsualLeaseSeconds = 30;

    /// <summary>Required, and by <see cref="FieldRules.Worker"/>.</summary>
    public static void CheckWorker(string? worker, FieldErrors errors)
    {
        if (worker is null)
            errors.Add("worker", "is required.");
        else
            FieldRules.Worker.Check(worker, "worker", FieldPath.Root, errors);
    }

    /// <summary>1 to 100 names of queues, each once.</summary>
    public static IReadOnlyList<string> ReadQueues(BoundedList<string?>? queues, FieldErrors errors)
    {
        if (queues is not { Count: > 0 and <= MaxQueues })
        {
            errors.Add("queues", string.Create(CultureInfo.InvariantCulture, $"must have 1 to {MaxQueues} elements."));
            return [];
        }

        for (var i = 0; i < queues.Count; i++)
        {
            if (queues[i] is not { } queue || !FieldRules.Label.Allows(queue))
                errors.Add(FieldPath.Element("queues", i), "", FieldRules.Label.Fault);
        }

        return [.. queues.OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    /// <summary>By <see cref="FieldRules.MaxTasks"/>; 1 if it isn't given.</summary>
    public static int ReadMax(int? max, FieldErrors errors)
    {
        FieldRules.MaxTasks.Check(max, "max", FieldPath.Root, errors);
        return max ?? 1;
    }

    /// <summary>By <see cref="FieldRules.LeaseSeconds"/>; 30 s if it isn't given.</summary>
    public static TimeSpan ReadLease(double? seconds, FieldErrors errors)
    {
        FieldRules.LeaseSeconds.Check(seconds, "leaseSeconds", FieldPath.Root, errors);
        return errors.IsEmpty ? TimeSpan.FromSeconds(seconds ?? UsualLeaseSeconds) : default;
    }

    /// <summary>What a sign of life says of each of its leases.</summary>
    public static LeaseBeat[] ReadBeats(BoundedList<BeatRequest?>? leases, FieldErrors errors)
    {
        if (!CheckCount(leases?.Count ?? 0, "leases", errors))
            return [];
        var beats = new LeaseBeat[leases?.Count ?? 0];
        for (var i = 0; i < beats.Length; i++)
        {
            var path = FieldPath.Element("leases", i);
            if (leases![i] is not { } lease)
                errors.Add(path, "", "must be an object.");
            else if (CheckToken(lease.Token, path, errors))
                beats[i] = new(lease.Token!.Value.Token, ReadProgress(lease.Progress, path, errors), lease.CancelSeen is true);
        }

        return beats;
    }

    /// <summary>Notes it if there are more than a call may have.</summary>
    public static bool CheckCount(int count, string field, FieldErrors errors)
    {
        if (count <= MaxTasks)
            return true;
        errors.Add(field, string.Create(CultureInfo.InvariantCulture, $"must have at most {MaxTasks} elements."));
        return false;
    }

    /// <summary>1 to 100 characters: whether it is a token shows later.</summary>
    public static bool CheckToken(LeaseText? token, FieldPath path, FieldErrors errors)
    {
        if (token is null)
            errors.Add(path, "token", "is required.");
        else if (token.Value.IsMalformed)
            errors.Add(path, "token", string.Create(CultureInfo.InvariantCulture, $"must have 1 to {LeaseText.MaxLength} characters."));
        else
            return true;
        return false;
    }

    private static WorkProgress? ReadProgress(ProgressRequest? progress, FieldPath path, FieldErrors errors)
    {
        if (progress is null)
            return null;
        CheckFinite(progress.Done, "progress.done", path, errors);
        CheckFinite(progress.Total, "progress.total", path, errors);
        if (progress.Done is null)
            errors.Add(path, "progress.done", "is required.");
        FieldRules.Note.Check(progress.Note, "progress.note", path, errors);
        return new WorkProgress((progress.Done ?? 0) + 0.0, progress.Total + 0.0, progress.Note);
    }

    // 1e999 is JSON, and no number that could be shown again.
    private static void CheckFinite(double? number, string field, FieldPath path, FieldErrors errors)
    {
        if (number is { } given && !double.IsFinite(given))
            errors.Add(path, field, "must be a finite number.");
    }
}
