using System.Text;
using System.Text.Json;

namespace TaskApi.Handlers;

/// <summary>Shows handlers what became of the tasks that theirs have waited for.</summary>
internal static class ParentTaskJson
{
    /// <summary>What became of one.</summary>
    /// <param name="id">Which.</param>
    /// <param name="state">How it ended.</param>
    /// <param name="json">What a coroutine returned; null for nothing.</param>
    /// <param name="text">The result of a message; null for none.</param>
    /// <param name="error">Why it has no result; null if it is completed.</param>
    public static ParentTask Of(Guid id, TaskState state, ReadOnlyMemory<byte>? json, string? text, TaskError? error)
    {
        JsonElement? result = json is { } value ? JsonElement.Parse(value.Span, ResultJson.Reading)
            : text is not null ? JsonElement.Parse(Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text)}\""))
            : null;
        return new ParentTask(id, state switch { TaskState.Completed => "completed", TaskState.Cancelled => "cancelled", _ => "failed" }, result, error?.Reason, error?.Detail);
    }
}
