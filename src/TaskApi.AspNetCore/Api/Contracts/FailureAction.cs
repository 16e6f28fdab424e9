using System.Text.Json.Serialization;
using TaskApi.AspNetCore.Http.Json;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>What becomes of the other tasks when one has failed.</summary>
[JsonConverter(typeof(NamedEnumConverter<FailureAction>))]
internal enum FailureAction
{
    /// <summary>They go on, and the call answers at once.</summary>
    Leave,

    /// <summary>They are cancelled, and the call answers when all have ended.</summary>
    Cancel,
}
