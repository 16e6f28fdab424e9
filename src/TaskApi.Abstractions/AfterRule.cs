using System.Text.Json.Serialization;

namespace TaskApi;

/// <summary>What the tasks that a task waits for have to come to, before its own delay begins.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AfterRule>))]
public enum AfterRule
{
    /// <summary>All of them complete. As soon as one doesn't, the task is cancelled, with the reason <c>dependency</c>.</summary>
    [JsonStringEnumMemberName("success")]
    Success,

    /// <summary>All of them are done, however they end.</summary>
    [JsonStringEnumMemberName("done")]
    Done,
}
