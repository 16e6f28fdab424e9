using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TaskApi.Rules;

/// <summary>What is wrong with the input of an <c>http</c> task.</summary>
/// <param name="Field">Where in the input; empty for the input itself.</param>
/// <param name="Rule">What holds there, as the end of a sentence.</param>
internal readonly record struct HttpCallFault(string Field, string Rule);

/// <summary>The input of a task of type <c>http</c>: which URL is called, and how. What it may be is said here once: at the creation and at each attempt.</summary>
internal sealed class HttpCall
{
    /// <summary>How JSON about calls is written: as it was given, for nobody puts it into a page.</summary>
    public static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int MaxUrl = 2_048;
    private const int MaxHeaders = 50;
    private const int MaxValue = 4_096;
    private const double MaxTimeout = 600;

    private static readonly string[] _methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    // Of the connection, hop by hop, or the service's own.
    private static readonly HashSet<string> _forbidden = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Proxy-Authenticate", "TE", "Trailer", "Upgrade", "Expect",
        "HTTP2-Settings", Lease, "webhook-id", "webhook-timestamp", "webhook-signature",
    };

    private static readonly SearchValues<char> _token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The header that proves the lease.</summary>
    public const string Lease = "TaskApi-Lease";

    public required Uri Url { get; init; }

    public string Method { get; private set; } = "POST";

    /// <summary>In their order, each name once.</summary>
    public List<(string Name, string Value)> Headers { get; } = [];

    /// <summary>What is sent; empty for nothing, or for an event.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>The event that is sent in place of a body; null for none.</summary>
    public HttpEvent? Event { get; private set; }

    /// <summary>What that is, where no header says so; null if there is none.</summary>
    public string? ContentType { get; private set; }

    /// <summary>How long the whole of it may take.</summary>
    public TimeSpan Timeout { get; private set; } = TimeSpan.FromSeconds(30);

    /// <summary>True to sign it, if there is a secret.</summary>
    public bool Sign { get; private set; } = true;

    /// <summary>Reads an input; null if it is not what it may be.</summary>
    /// <param name="input">One JSON value, or nothing.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static HttpCall? Read(ReadOnlyMemory<byte> input, out HttpCallFault fault)
    {
        fault = default;
        if (input.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{', ..])
        {
            fault = new("", "must be an object with a url: the type is http.");
            return null;
        }

        // A callback's has the result of another task within it.
        using var document = JsonDocument.Parse(input, ResultJson.Reading);
        var root = document.RootElement;
        if (ReadUrl(root, out fault) is not { } url)
            return null;
        var call = new HttpCall { Url = url };
        foreach (var member in root.EnumerateObject())
        {
            if (call.ReadMember(member) is not { } wrong)
                continue;
            fault = wrong;
            return null;
        }

        if (IsGiven(root, "body") && IsGiven(root, "text"))
        {
            fault = new("text", "must not be given with a body: at most one of the two.");
            return null;
        }

        return !IsGiven(root, "format") || call.ReadEvent(root, out fault) ? call : null;
    }

    private bool ReadEvent(JsonElement root, out HttpCallFault fault)
    {
        root.TryGetProperty("body", out var body);
        if ((Event = HttpEvent.Read(body, out fault)) is null)
            return false;
        fault = default;
        (Body, ContentType) = (default, HttpEvent.ContentType);
        if (!Headers.Exists(static header => header.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)))
            return true;
        fault = new("headers", "must not have a Content-Type with the format cloudevents.");
        return false;
    }

    private static bool IsGiven(JsonElement root, string name) => root.TryGetProperty(name, out var value) && (value.ValueKind != JsonValueKind.Null || name == "body");

    private static Uri? ReadUrl(JsonElement root, out HttpCallFault fault)
    {
        fault = new("url", "is required: an absolute URL.");
        if (!root.TryGetProperty("url", out var given) || given.ValueKind != JsonValueKind.String)
            return null;
        fault = new("url", $"must be an absolute URL with http or https, of at most {MaxUrl} characters.");
        if (!TryGetString(given, out var text) || text.Length > MaxUrl || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0 || !HasName(url))
            return null;
        if (url.UserInfo.Length > 0)
        {
            fault = new("url", "must not have a user name or password: give an Authorization header.");
            return null;
        }

        return url;
    }

    // What can't be written in ASCII can't be asked for.
    private static bool HasName(Uri url)
    {
        try
        {
            return url.IdnHost.Length > 0 && url.Port > 0;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }

    private HttpCallFault? ReadMember(JsonProperty member)
    {
        var value = member.Value;
        var isNull = value.ValueKind == JsonValueKind.Null;
        switch (member.Name)
        {
            case "url":
                return null;
            case "method":
                if (isNull)
                    return null;
                if (value.ValueKind != JsonValueKind.String || !TryGetString(value, out var method) || !_methods.Contains(method))
                    return new("method", $"must be one of {string.Join(", ", _methods)}.");
                Method = method;
                return null;
            case "headers":
                return isNull ? null : ReadHeaders(value);
            case "body":
                (Body, ContentType) = (System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value).ToArray(), "application/json");
                return null;
            case "text":
                if (isNull)
                    return null;
                if (value.ValueKind != JsonValueKind.String || !TryGetString(value, out var text))
                    return new("text", "must be a string.");
                (Body, ContentType) = (System.Text.Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");
                return null;
            case "timeoutSeconds":
                if (isNull)
                    return null;
                if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds) || !(seconds > 0) || seconds > MaxTimeout)
                    return new("timeoutSeconds", "must be a number above 0, at most 600.");
                Timeout = TimeSpan.FromMilliseconds(Math.Ceiling(seconds * 1000));
                return null;
            case "format":
                return isNull || (value.ValueKind == JsonValueKind.String && value.ValueEquals(HttpEvent.Format)) ? null : new("format", "must be cloudevents, or not be given.");
            case "sign":
                if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null))
                    return new("sign", "must be true or false.");
                Sign = value.ValueKind != JsonValueKind.False;
                return null;
            default:
                return new("", "has a member that there isn't: it may have url, method, headers, body, text, format, timeoutSeconds and sign.");
        }
    }

    private HttpCallFault? ReadHeaders(JsonElement given)
    {
        if (given.ValueKind != JsonValueKind.Object)
            return new("headers", "must be an object of strings.");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in given.EnumerateObject())
        {
            if (header.Name.Length is 0 or > 128 || header.Name.AsSpan().ContainsAnyExcept(_token))
                return new("headers", "must have names of 1 to 128 of the characters that names of headers are made of.");
            if (_forbidden.Contains(header.Name))
                return new("headers", $"must not have {header.Name}: that is the service's own to say.");
            if (!names.Add(header.Name))
                return new("headers", $"must have {header.Name} once, whatever its case.");
            if (header.Value.ValueKind != JsonValueKind.String || !TryGetString(header.Value, out var value) || value.Length > MaxValue || value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                return new("headers", $"must have a string of printable ASCII for {header.Name}, of at most {MaxValue} characters.");
            if (value == HttpCallMask.Masked && HttpCallMask.IsCredential(header.Name))
                return new("headers", $"must have the credential itself for {header.Name}: {value} is what is shown in its place.");
            Headers.Add((header.Name, value));
        }

        return Headers.Count > MaxHeaders ? new HttpCallFault("headers", $"must have at most {MaxHeaders} members.") : null;
    }

    // A lone half of a pair of surrogates is no text.
    internal static bool TryGetString(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }
}
