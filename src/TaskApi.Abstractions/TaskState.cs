using System.Text.Json.Serialization;

namespace TaskApi;

/// <summary>Where a task stands.</summary>
// What leads from one to another is Transitions in the engine; docs/state-machine.md draws it. The numbers are stored: they stay.
[JsonConverter(typeof(JsonStringEnumConverter<TaskState>))]
public enum TaskState
{
    /// <summary>Not begun, or to be begun again: waiting for its due time, or for its turn.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending = 0,

    /// <summary>Came due and has its result. Final.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed = 1,

    /// <summary>Cancelled: by a client, by its timeout, by the shutdown, or because a task that it waited for came to another end than it had to. Final.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled = 2,

    /// <summary>Its work threw, or was lost, and is not tried again. Final.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed = 3,

    /// <summary>Its coroutine has been started and has not ended yet. A delayed message is never in this state.</summary>
    [JsonStringEnumMemberName("running")]
    Running = 4,
}
