using System.Text.Json;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>Writes what tasks with a type have, as <see cref="TaskResponseConverter"/> does what all have.</summary>
internal static class WorkJson
{
    private static readonly JsonEncodedText _type = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText _input = JsonEncodedText.Encode("input");
    private static readonly JsonEncodedText _after = JsonEncodedText.Encode("after");
    private static readonly JsonEncodedText _ids = JsonEncodedText.Encode("ids");
    private static readonly JsonEncodedText _on = JsonEncodedText.Encode("on");
    private static readonly JsonEncodedText _left = JsonEncodedText.Encode("left");
    private static readonly JsonEncodedText _queue = JsonEncodedText.Encode("queue");
    private static readonly JsonEncodedText _priority = JsonEncodedText.Encode("priority");
    private static readonly JsonEncodedText _key = JsonEncodedText.Encode("key");
    private static readonly JsonEncodedText _attempt = JsonEncodedText.Encode("attempt");
    private static readonly JsonEncodedText _retry = JsonEncodedText.Encode("retry");
    private static readonly JsonEncodedText _maxAttempts = JsonEncodedText.Encode("maxAttempts");
    private static readonly JsonEncodedText _maxLosses = JsonEncodedText.Encode("maxLosses");
    private static readonly JsonEncodedText _initialSeconds = JsonEncodedText.Encode("initialSeconds");
    private static readonly JsonEncodedText _factor = JsonEncodedText.Encode("factor");
    private static readonly JsonEncodedText _maxSeconds = JsonEncodedText.Encode("maxSeconds");
    private static readonly JsonEncodedText _jitter = JsonEncodedText.Encode("jitter");
    private static readonly JsonEncodedText _maxElapsedSeconds = JsonEncodedText.Encode("maxElapsedSeconds");
    private static readonly JsonEncodedText _attemptSeconds = JsonEncodedText.Encode("attemptSeconds");
    private static readonly JsonEncodedText _startedAt = JsonEncodedText.Encode("startedAt");
    private static readonly JsonEncodedText _worker = JsonEncodedText.Encode("worker");
    private static readonly JsonEncodedText _progress = JsonEncodedText.Encode("progress");
    private static readonly JsonEncodedText _done = JsonEncodedText.Encode("done");
    private static readonly JsonEncodedText _total = JsonEncodedText.Encode("total");
    private static readonly JsonEncodedText _note = JsonEncodedText.Encode("note");
    private static readonly JsonEncodedText _at = JsonEncodedText.Encode("at");
    private static readonly JsonEncodedText _cancelRequested = JsonEncodedText.Encode("cancelRequested");
    private static readonly JsonEncodedText _schedule = JsonEncodedText.Encode("schedule");
    private static readonly JsonEncodedText _name = JsonEncodedText.Encode("name");
    private static readonly JsonEncodedText _parent = JsonEncodedText.Encode("parent");
    private static readonly JsonEncodedText _lease = JsonEncodedText.Encode("lease");
    private static readonly JsonEncodedText _token = JsonEncodedText.Encode("token");
    private static readonly JsonEncodedText _expiresAt = JsonEncodedText.Encode("expiresAt");
    private static readonly JsonEncodedText _omitted = JsonEncodedText.Encode("omitted");

    private static readonly NamedEnumConverter<AfterRule> _rules = new();

    /// <summary>Writes the members, but for the result.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, WorkResponse work)
    {
        writer.WriteString(_type, work.Type);
        if (!Omits(work, "input"))
            Write(writer, _input, work.Input);
        Write(writer, work.After);
        writer.WriteString(_queue, work.Queue);
        writer.WriteNumber(_priority, work.Priority);
        writer.WriteString(_key, work.Key);
        writer.WriteNumber(_attempt, work.Attempt);
        Write(writer, work.Retry);
        Write(writer, _attemptSeconds, work.AttemptSeconds);
        writer.WriteInstantOrNull(_startedAt, work.StartedAt);
        writer.WriteString(_worker, work.Worker);
        Write(writer, work.Progress);
        writer.WriteBoolean(_cancelRequested, work.CancelRequested);
        Write(writer, work.Schedule);
        if (work.Parent is { } parent)
            writer.WriteString(_parent, parent);
        else
            writer.WriteNull(_parent);
        if (work.Omitted is { } omitted)
            Write(writer, omitted);
        if (work.Lease is { } lease)
            WriteLease(writer, lease.Token, lease.ExpiresAt);
    }

    /// <summary>Writes the member that has what proves an attempt.</summary>
    public static void WriteLease(Utf8JsonWriter writer, string token, DateTimeOffset? expiresAt)
    {
        writer.WriteStartObject(_lease);
        writer.WriteString(_token, token);
        writer.WriteInstantOrNull(_expiresAt, expiresAt);
        writer.WriteEndObject();
    }

    /// <summary>Writes the result, unless it is left out.</summary>
    public static void WriteResult(Utf8JsonWriter writer, JsonEncodedText name, WorkResponse work)
    {
        if (!Omits(work, "result"))
            Write(writer, name, work.Result);
    }

    /// <summary>Writes the result of a task, of whichever kind, as a value.</summary>
    public static void WriteResultValue(this Utf8JsonWriter writer, TaskSnapshot task)
    {
        if (task.Work?.Result is { } json)
            writer.WriteRawValue(RawJson.Of(json).Utf8.Span, skipInputValidation: true);
        else
            writer.WriteStringValue(task.Result);
    }

    private static bool Omits(WorkResponse work, string member) => work.Omitted?.Contains(member) is true;

    private static void Write(Utf8JsonWriter writer, JsonEncodedText name, RawJson? value)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue((value ?? RawJson.Null).Utf8.Span, skipInputValidation: true);
    }

    private static void Write(Utf8JsonWriter writer, JsonEncodedText name, double? number)
    {
        if (number is { } given)
            writer.WriteNumber(name, given);
        else
            writer.WriteNull(name);
    }

    private static void Write(Utf8JsonWriter writer, RetryResponse retry)
    {
        writer.WriteStartObject(_retry);
        writer.WriteNumber(_maxAttempts, retry.MaxAttempts);
        writer.WriteNumber(_maxLosses, retry.MaxLosses);
        writer.WriteNumber(_initialSeconds, retry.InitialSeconds);
        writer.WriteNumber(_factor, retry.Factor);
        writer.WriteNumber(_maxSeconds, retry.MaxSeconds);
        writer.WriteNumber(_jitter, retry.Jitter);
        Write(writer, _maxElapsedSeconds, retry.MaxElapsedSeconds);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, AfterResponse? after)
    {
        if (after is null)
        {
            writer.WriteNull(_after);
            return;
        }

        writer.WriteStartObject(_after);
        writer.WriteStartArray(_ids);
        foreach (var id in after.Ids)
            writer.WriteStringValue(id);
        writer.WriteEndArray();
        writer.WritePropertyName(_on);
        _rules.Write(writer, after.On, JsonSerializerOptions.Default);
        writer.WriteNumber(_left, after.Left);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ProgressResponse? progress)
    {
        if (progress is null)
        {
            writer.WriteNull(_progress);
            return;
        }

        writer.WriteStartObject(_progress);
        writer.WriteNumber(_done, progress.Done);
        Write(writer, _total, progress.Total);
        writer.WriteString(_note, progress.Note);
        writer.WriteInstant(_at, progress.At);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ScheduleOccurrenceResponse? schedule)
    {
        if (schedule is null)
        {
            writer.WriteNull(_schedule);
            return;
        }

        writer.WriteStartObject(_schedule);
        writer.WriteString(_name, schedule.Name);
        writer.WriteInstant(_at, schedule.At);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<string> omitted)
    {
        writer.WriteStartArray(_omitted);
        foreach (var member in omitted)
            writer.WriteStringValue(member);
        writer.WriteEndArray();
    }
}
