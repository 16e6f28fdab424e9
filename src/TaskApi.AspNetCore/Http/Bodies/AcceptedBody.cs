using Microsoft.Extensions.Primitives;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.Bodies;

/// <summary>The body that a route takes. The framework's own metadata would refuse other types before the route is known, and so can't say which it takes.</summary>
/// <param name="type">What the body is, or each of its lines.</param>
/// <param name="mediaTypes">In which forms.</param>
internal sealed class AcceptedBody(Type type, params string[] mediaTypes)
{
    /// <summary>What the body is, or each of its lines.</summary>
    public Type Type => type;

    /// <summary>In which forms.</summary>
    public string[] MediaTypes => mediaTypes;

    /// <summary>The answer to a call whose body isn't in a form that its route takes, or is compressed (RFC 9110, section 15.5.16); null if it may be read.</summary>
    public static ProblemResult? Refusal(HttpContext context)
    {
        var taken = context.GetEndpoint()!.Metadata.GetMetadata<AcceptedBody>()!;
        var request = context.Request;
        if (!IsIdentity(request.Headers.ContentEncoding))
        {
            context.Response.Headers.AcceptEncoding = "identity";
            return new(ProblemTypes.UnsupportedMediaType, "Send the body as it is: this service takes no body with a Content-Encoding, compressed or otherwise.");
        }

        if (Array.Exists(taken.MediaTypes, mediaType => Headers.MediaTypes.Is(request.ContentType, mediaType)))
            return null;
        context.Response.Headers.Accept = string.Join(", ", taken.MediaTypes);
        return new(ProblemTypes.UnsupportedMediaType, Rule(taken.MediaTypes));
    }

    /// <summary>The sentence that says in which form a body is taken.</summary>
    public static string Rule(params string[] mediaTypes) =>
        $"Send the body as {string.Join(" or ", mediaTypes)} in UTF-8, and say so in Content-Type: 'curl -d' alone says application/x-www-form-urlencoded; add -H 'Content-Type: {mediaTypes[0]}'.";

    private static bool IsIdentity(StringValues encoding) =>
        StringValues.IsNullOrEmpty(encoding) || (encoding.Count == 1 && encoding[0]!.Trim().Equals("identity", StringComparison.OrdinalIgnoreCase));
}
