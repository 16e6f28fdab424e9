using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using TaskApi.Reading;

namespace TaskApi;

/// <summary>A task as the service described it at one moment. Immutable.</summary>
public sealed record TaskInfo
{
    /// <summary>The task's id; ids sort in the order of creation.</summary>
    public required Guid Id { get; init; }

    /// <summary>The label given at creation, or null.</summary>
    public string? Name { get; init; }

    /// <summary>The group given at creation, or null.</summary>
    public string? Group { get; init; }

    /// <summary>The message to deliver; null if the task has a <see cref="Type"/>.</summary>
    public string? Message { get; init; }

    /// <summary>Which coroutine runs; null for a message. What follows down to <see cref="Parent"/> only tasks with a type have.</summary>
    public string? Type { get; init; }

    /// <summary>What the coroutine gets. Null for nothing; in lists and events also if it is longer than 1,024 bytes.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Where it waits for its turn.</summary>
    public string? Queue { get; init; }

    /// <summary>The higher, the sooner among those that are due.</summary>
    public int Priority { get; init; }

    /// <summary>What a queue counts by.</summary>
    public string? Key { get; init; }

    /// <summary>The number of the attempt that runs, or was the last; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>When that began; null before the first.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Who runs it, or ran it last.</summary>
    public string? Worker { get; init; }

    /// <summary>How far the coroutine says that it has come; null if it hasn't said.</summary>
    public TaskProgress? Progress { get; init; }

    /// <summary>True if the coroutine was asked to end, and hasn't yet.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>The schedule that made it, and for which of its occurrences; null: none did.</summary>
    public ScheduleOccurrence? Schedule { get; init; }

    /// <summary>The task that created it, or that it runs again.</summary>
    public Guid? Parent { get; init; }

    /// <summary>What it waits for before its delay begins; null if it doesn't, or not any more.</summary>
    public TaskAfter? After { get; init; }

    /// <summary>The delay last asked for, in seconds.</summary>
    public required double DelaySeconds { get; init; }

    /// <summary>Where the task stands.</summary>
    public required TaskState Status { get; init; }

    /// <summary>True in the final states alone.</summary>
    public required bool Done { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is, or was, due; <see cref="DateTimeOffset.MaxValue"/> while it waits for others, and if it never came to that.</summary>
    [JsonConverter(typeof(NullIsNeverConverter))]
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When it reached its final state; null until then.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>
    /// Once completed, what came of it: of a message the text <c>HH:mm:ss message</c>, with the service's local time at completion; of a coroutine any JSON.
    /// Null otherwise; in lists and events also if it is longer than 1,024 bytes.
    /// </summary>
    [JsonPropertyName("result")]
    public JsonElement? ResultJson { get; init; }

    /// <summary>The same as a text: a JSON string without its quotes, anything else as JSON.</summary>
    [JsonIgnore]
    public string? Result => ResultJson is { } json ? TextOf(json) : null;

    /// <summary>Why it was cancelled or failed; null otherwise.</summary>
    public TaskError? Error { get; init; }

    /// <summary>The result as what the coroutine returned.</summary>
    /// <typeparam name="T">What it is read as, by System.Text.Json.</typeparam>
    /// <param name="json">How it is read; null for the conventions of the web.</param>
    /// <exception cref="JsonException">It is something else.</exception>
    [RequiresUnreferencedCode(Reflection.Reason)]
    [RequiresDynamicCode(Reflection.Reason)]
    public T? ResultAs<T>(JsonSerializerOptions? json = null) => ResultJson is { } result ? result.Deserialize<T>(json ?? JsonSerializerOptions.Web) : default;

    /// <inheritdoc cref="ResultAs{T}(JsonSerializerOptions?)"/>
    /// <param name="json">How it is read: from a source-generated context.</param>
    public T? ResultAs<T>(JsonTypeInfo<T> json) => ResultJson is { } result ? result.Deserialize(json) : default;

    internal static string TextOf(JsonElement json) => json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText();
}
