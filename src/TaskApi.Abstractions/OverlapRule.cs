using System.Text.Json.Serialization;

namespace TaskApi;

/// <summary>What becomes of an occurrence of a schedule when the task of the one before is not done yet.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OverlapRule>))]
public enum OverlapRule
{
    /// <summary>It starts all the same.</summary>
    [JsonStringEnumMemberName("allow")]
    Allow,

    /// <summary>It is skipped.</summary>
    [JsonStringEnumMemberName("skip")]
    Skip,

    /// <summary>The task of the one before is cancelled.</summary>
    [JsonStringEnumMemberName("cancel")]
    Cancel,

    /// <summary>It starts when the task of the one before is done; at most one waits, more are skipped.</summary>
    [JsonStringEnumMemberName("wait")]
    Wait,
}
