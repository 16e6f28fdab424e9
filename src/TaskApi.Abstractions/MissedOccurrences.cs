using System.Text.Json.Serialization;

namespace TaskApi;

/// <summary>Which occurrences of a schedule run that came due while nothing ran.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MissedOccurrences>))]
public enum MissedOccurrences
{
    /// <summary>The last of them.</summary>
    [JsonStringEnumMemberName("one")]
    One,

    /// <summary>All of them, the oldest first, but no more than 1,000.</summary>
    [JsonStringEnumMemberName("all")]
    All,

    /// <summary>None.</summary>
    [JsonStringEnumMemberName("none")]
    None,
}
