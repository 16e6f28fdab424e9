using System.ComponentModel.DataAnnotations;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>What is called when a task is done.</summary>
/// <remarks>The attributes are documentation; <see cref="CallbackRules"/> enforces the rules.</remarks>
internal sealed record CallbackRequest
{
    /// <summary>An absolute URL with http or https, of at most 2,048 characters. It is posted to.</summary>
    [Required]
    public string? Url { get; init; }

    /// <summary>Up to 50 headers of the request. Credentials among them are shown masked.</summary>
    public IReadOnlyDictionary<string, string?>? Headers { get; init; }

    /// <summary>For which final states: at least one of <c>completed</c>, <c>failed</c> and <c>cancelled</c>; all of them by default.</summary>
    public IReadOnlyList<TaskState>? On { get; init; }

    /// <summary>What is shown of one.</summary>
    public static CallbackRequest Of(CallbackSpec callback)
    {
        var (url, headers) = CallbackTarget.Read(callback.Target);
        return new CallbackRequest { Url = url, Headers = headers, On = CallbackSpec.StatesOf(callback.Ends) };
    }
}
