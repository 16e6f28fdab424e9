using System.Text.Json.Serialization;

namespace TaskApi;

/// <summary>What happens when a task is to be created and there is one with its key already.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UniqueConflict>))]
public enum UniqueConflict
{
    /// <summary>The one that there is is the answer.</summary>
    [JsonStringEnumMemberName("existing")]
    Existing,

    /// <summary>Nothing is created.</summary>
    [JsonStringEnumMemberName("reject")]
    Reject,

    /// <summary>The one that there is, if it has not begun and is of the same type, gets the new input and due time.</summary>
    [JsonStringEnumMemberName("replace")]
    Replace,
}
