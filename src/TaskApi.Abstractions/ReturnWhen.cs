using System.Text.Json.Serialization;

namespace TaskApi;

/// <summary>When a wait is over, as asyncio names it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReturnWhen>))]
public enum ReturnWhen
{
    /// <summary>All tasks are done.</summary>
    [JsonStringEnumMemberName("allCompleted")]
    AllCompleted,

    /// <summary>One task is done, however it ended.</summary>
    [JsonStringEnumMemberName("firstCompleted")]
    FirstCompleted,

    /// <summary>One task has failed, or all are done; to be cancelled is not to fail.</summary>
    [JsonStringEnumMemberName("firstException")]
    FirstException,
}
