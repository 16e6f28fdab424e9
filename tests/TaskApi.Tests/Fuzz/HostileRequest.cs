using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace TaskApi.Tests.Fuzz;

/// <summary>A request that nobody should send, as it goes out: nothing of it is checked or escaped on the way.</summary>
/// <param name="Method">Any token.</param>
/// <param name="Target">Path and query, in ASCII and without spaces.</param>
internal sealed record HostileRequest(string Method, string Target)
{
    private const int MaxShown = 600;

    /// <summary>Headers besides that of the body.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The body; null for none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The body's <c>Content-Type</c>; null for none.</summary>
    public string? ContentType { get; init; }

    /// <summary>The same with a body of text.</summary>
    public HostileRequest WithBody(string? contentType, string body) => this with { ContentType = contentType, Body = Encoding.UTF8.GetBytes(body) };

    /// <summary>The same with one more header.</summary>
    public HostileRequest WithHeader(string name, string value) => this with { Headers = [.. Headers, (name, value)] };

    /// <summary>The same about another task: <paramref name="id"/> wherever <paramref name="placeholder"/> stands.</summary>
    public HostileRequest About(string placeholder, string id) => this with
    {
        Target = Target.Replace(placeholder, id, StringComparison.Ordinal),
        Headers = [.. Headers.Select(header => (header.Name, header.Value.Replace(placeholder, id, StringComparison.Ordinal)))],
        // Latin-1 has a character for every byte, so that what is not UTF-8 survives.
        Body = Body is null ? null : Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(Body).Replace(placeholder, id, StringComparison.Ordinal)),
    };

    /// <summary>The message for a client that takes targets and headers as they are.</summary>
    public HttpRequestMessage ToMessage(Uri service)
    {
        var address = new Uri(service.GetLeftPart(UriPartial.Authority) + Target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(new HttpMethod(Method), address);
        if (Body is not null)
            message.Content = new ByteArrayContent(Body);
        if (ContentType is not null)
            message.Content?.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        foreach (var (name, value) in Headers)
        {
            HttpHeaders? target = name.StartsWith("Content-", StringComparison.Ordinal) ? message.Content?.Headers : message.Headers;
            Assert.True(target?.TryAddWithoutValidation(name, value) is not false, $"{name} can't be sent: {value}");
        }

        return message;
    }

    /// <summary>The request for whoever has to look into its answer: in printable ASCII, anything else as <c>\xNN</c>.</summary>
    public override string ToString()
    {
        var shown = new StringBuilder($"{Method} {Shorten(Target)}");
        foreach (var (name, value) in Headers)
            shown.Append(CultureInfo.InvariantCulture, $" | {name}: {Shorten(Escape(Encoding.UTF8.GetBytes(value)))}");
        if (Body is not null)
            shown.Append(CultureInfo.InvariantCulture, $" | Content-Type: {(ContentType is null ? "(none)" : Shorten(Escape(Encoding.UTF8.GetBytes(ContentType))))} | {Body.Length} bytes: {Shorten(Escape(Body))}");
        return shown.ToString();
    }

    private static string Escape(byte[] bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var one in bytes.AsSpan(0, Math.Min(bytes.Length, MaxShown + 1)))
        {
            if (one is >= 0x20 and < 0x7F)
                text.Append((char)one);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{one:x2}");
        }

        return text.ToString();
    }

    private static string Shorten(string text) => text.Length <= MaxShown ? text : text[..MaxShown] + "…";
}
