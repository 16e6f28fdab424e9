namespace TaskApi.Tests.Fuzz.Corpus;

/// <summary>Media types, for <c>Content-Type</c> and <c>Accept</c>.</summary>
internal static class HostileMedia
{
    /// <summary>Of bodies.</summary>
    public static IReadOnlyList<string?> ContentTypes { get; } =
    [
        null, "", " ", ";", "/", "*/*", "application/*", "application/", "/json", "json", "application", "application/json/json", "application/json;", "application/json;;;", "application/json; charset", "application/json; charset=", "application/json; charset=utf-8",
        "APPLICATION/JSON; CHARSET=\"UTF-8\"", "application/json; charset=utf-16", "application/json; charset=\"utf-8", "application/json; charset=utf-7; charset=utf-8", "application/json; a=b; c=\"d;e\"", "application/json, text/plain", "application/json application/json",
        "application/vnd.api+json", "application/problem+json", "application/json-patch+json", "text/json", "text/plain", "text/html", "application/x-ndjson", "application/x-ndjson; charset=utf-16", "application/jsonlines", "text/event-stream", "application/x-www-form-urlencoded", "multipart/form-data",
        "multipart/form-data; boundary=x", "application/octet-stream", "application/xml", "application/grpc", "\u00e9/\u00e9", "🦊/🦊", "application/json\u007f", new('a', 3000), "application/json; a=\"" + new string('b', 3000) + "\"",
    ];

    /// <summary>Of answers.</summary>
    public static IReadOnlyList<string> Accepts { get; } =
    [
        "*/*;q=0", "*/*;q=-1", "*/*;q=2", "*/*;q=NaN", "*/*;q=1e400", "*/*;q=0.0001", "*/*;q=", "*;q=1", "*", "/", "*/json", "application/*;q=0, text/plain", "text/plain", "text/event-stream", "application/x-ndjson", "application/json;q=0", "application/json;q=0, */*",
        "application/problem+json", "application/json;version=2", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "image/png", "image/*", "application/json;;;q=1", "application/json,,,,", string.Join(',', Enumerable.Repeat("a/b;q=0.1", 800)), string.Join(',', Enumerable.Range(0, 500).Select(static i => $"a/b{i}")),
    ];
}
