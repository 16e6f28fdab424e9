using System.Text;
using System.Text.Json;

namespace TaskApi.Load.Http;

/// <summary>What the driver reads of a task.</summary>
internal readonly record struct TaskAnswer(string Id, string Status, DateTimeOffset CreatedAt, DateTimeOffset DueAt, DateTimeOffset? FinishedAt)
{
    /// <summary>Reads a task.</summary>
    public static TaskAnswer Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return From(document.RootElement);
    }

    /// <summary>Reads a task that is part of something.</summary>
    public static TaskAnswer From(JsonElement task) => new(
        task.GetProperty("id").GetString()!,
        task.GetProperty("status").GetString()!,
        task.GetProperty("createdAt").GetDateTimeOffset(),
        task.GetProperty("dueAt").GetDateTimeOffset(),
        task.GetProperty("finishedAt") is { ValueKind: JsonValueKind.String } finishedAt ? finishedAt.GetDateTimeOffset() : null);

    /// <summary>The id alone, which every task begins with.</summary>
    public static string IdOf(ReadOnlySpan<byte> json) => Encoding.ASCII.GetString(json.Slice("{\"id\":\"".Length, 36));
}
