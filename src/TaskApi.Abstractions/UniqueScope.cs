using System.Text.Json.Serialization;

namespace TaskApi;

/// <summary>Among which tasks a task is the only one with its key.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UniqueScope>))]
public enum UniqueScope
{
    /// <summary>Those that are not done.</summary>
    [JsonStringEnumMemberName("unfinished")]
    Unfinished,

    /// <summary>Those that have not begun: one that runs does not count.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,
}
