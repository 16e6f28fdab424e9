using System.Buffers;
using System.Text.Json;
using TaskApi.Handlers;

namespace TaskApi.Client.Work;

/// <summary>What a worker says to the service, as JSON.</summary>
internal static class WorkerBodies
{
    /// <summary>A call for tasks, with what there is to tell of others.</summary>
    public static byte[] Acquire(string worker, IReadOnlyList<string> queues, int max, TimeSpan lease, TimeSpan wait, IReadOnlyList<WorkerOutcome> outcomes) => Write(json =>
    {
        json.WriteString("worker"u8, worker);
        json.WriteStartArray("queues"u8);
        foreach (var queue in queues) json.WriteStringValue(queue);
        json.WriteEndArray();
        json.WriteNumber("max"u8, max);
        json.WriteNumber("leaseSeconds"u8, lease.TotalSeconds);
        json.WriteNumber("waitSeconds"u8, wait.TotalSeconds);
        if (outcomes.Count > 0)
            WriteOutcomes(json, outcomes);
    });

    /// <summary>What there is to tell.</summary>
    public static byte[] Finish(IReadOnlyList<WorkerOutcome> outcomes) => Write(json => WriteOutcomes(json, outcomes));

    /// <summary>A sign of life.</summary>
    public static byte[] Heartbeat(string worker, IReadOnlyList<(WorkerAttempt Attempt, AttemptProgress? Progress)> leases, TimeSpan lease, TimeSpan wait) => Write(json =>
    {
        json.WriteString("worker"u8, worker);
        json.WriteStartArray("leases"u8);
        foreach (var (attempt, progress) in leases)
        {
            json.WriteStartObject();
            json.WriteString("token"u8, attempt.Token);
            json.WriteBoolean("cancelSeen"u8, attempt.IsCancelSeen);
            if (progress is not null)
                WriteProgress(json, progress);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("leaseSeconds"u8, lease.TotalSeconds);
        json.WriteNumber("waitSeconds"u8, wait.TotalSeconds);
    });

    /// <summary>How an attempt ended.</summary>
    public static byte[] Outcome(string token, HandlerOutcome outcome) => Write(json =>
    {
        json.WriteString("token"u8, token);
        switch (outcome.Kind)
        {
            case HandlerOutcomeKind.Returned:
                json.WritePropertyName("result"u8);
                json.WriteRawValue(outcome.Result.Span, skipInputValidation: true);
                break;
            case HandlerOutcomeKind.Raised:
                json.WriteStartObject("error"u8);
                json.WriteString("reason"u8, outcome.Error!.Reason);
                json.WriteString("detail"u8, outcome.Error.Detail);
                json.WriteBoolean("retry"u8, outcome.Retry);
                json.WriteEndObject();
                break;
            case HandlerOutcomeKind.Cancelled:
                json.WriteBoolean("cancelled"u8, true);
                break;
            default:
                json.WriteStartObject("release"u8);
                json.WriteNumber("delaySeconds"u8, outcome.DelaySeconds);
                json.WriteEndObject();
                break;
        }
    });

    private static void WriteOutcomes(Utf8JsonWriter json, IReadOnlyList<WorkerOutcome> outcomes)
    {
        json.WriteStartArray("outcomes"u8);
        foreach (var outcome in outcomes) json.WriteRawValue(outcome.Json, skipInputValidation: true);
        json.WriteEndArray();
    }

    private static void WriteProgress(Utf8JsonWriter json, AttemptProgress progress)
    {
        json.WriteStartObject("progress"u8);
        json.WriteNumber("done"u8, progress.Done);
        if (progress.Total is { } total)
            json.WriteNumber("total"u8, total);
        if (progress.Note is { } note)
            json.WriteString("note"u8, note);
        json.WriteEndObject();
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
