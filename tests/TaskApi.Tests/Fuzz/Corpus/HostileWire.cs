using System.Text;

namespace TaskApi.Tests.Fuzz.Corpus;

/// <summary>What no HTTP client would send: requests that break the protocol itself (RFC 9112), or are about to.</summary>
internal static class HostileWire
{
    private const string Json = "Host: localhost\r\nContent-Type: application/json\r\n";
    private const string Task = """{"message":"Hei"}""";

    /// <summary>Each with a name.</summary>
    public static IReadOnlyDictionary<string, byte[]> All { get; } = Requests.ToDictionary(static request => request.Name, static request => Encoding.Latin1.GetBytes(request.Text));

    private static IEnumerable<(string Name, string Text)> Requests => [.. Lines, .. Headers, .. Lengths, .. Chunks, .. NoHttp];

    private static (string Name, string Text)[] Lines =>
    [
        ("no target", "POST HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        ("relative target", $"POST tasks HTTP/1.1\r\n{Json}\r\n{Task}"),
        ("target of another host", $"POST http://evil.example/tasks HTTP/1.1\r\n{Json}Content-Length: 17\r\n\r\n{Task}"),
        ("target with user and password", $"POST http://a:b@localhost/tasks HTTP/1.1\r\n{Json}Content-Length: 17\r\n\r\n{Task}"),
        ("target of bytes", $"POST /tasks/\u00ff\u00fe HTTP/1.1\r\n{Json}Content-Length: 17\r\n\r\n{Task}"),
        ("target with NUL", "GET /tasks/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        ("target with dots", $"POST /health/../tasks/./batch/..?a=../.. HTTP/1.1\r\n{Json}Content-Length: 17\r\n\r\n{Task}"),
        ("target with escaped dots", $"POST /%2e%2e/%2e%2e/tasks/%2e%2e/../tasks HTTP/1.1\r\n{Json}Content-Length: 17\r\n\r\n{Task}"),
        ("target that is too long", $"GET /tasks/{new string('a', 9000)} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        ("asterisk", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        ("tunnel", "CONNECT localhost:22 HTTP/1.1\r\nHost: localhost:22\r\n\r\n"),
        ("method in lower case", $"post /tasks HTTP/1.1\r\n{Json}Content-Length: 17\r\n\r\n{Task}"),
        ("method of bytes", $"P\u00d6ST /tasks HTTP/1.1\r\n{Json}Content-Length: 17\r\n\r\n{Task}"),
        ("version of tomorrow", $"POST /tasks HTTP/9.9\r\n{Json}Content-Length: 17\r\n\r\n{Task}"),
        ("version in lower case", $"POST /tasks http/1.1\r\n{Json}Content-Length: 17\r\n\r\n{Task}"),
        ("version left out", "POST /tasks\r\n\r\n"),
        ("spaces", "POST  /tasks  HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        ("empty lines", new string('\n', 5000)),
    ];

    private static (string Name, string Text)[] Headers =>
    [
        ("no host", $"POST /tasks HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{Task}"),
        ("two hosts", $"POST /tasks HTTP/1.1\r\nHost: evil.example\r\n{Json}Content-Length: 17\r\n\r\n{Task}"),
        ("host that is none", $"POST /tasks HTTP/1.1\r\nHost: local host/\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{Task}"),
        ("header without colon", $"POST /tasks HTTP/1.1\r\n{Json}Content-Length 17\r\n\r\n{Task}"),
        ("space before the colon", $"POST /tasks HTTP/1.1\r\n{Json}Content-Length : 17\r\n\r\n{Task}"),
        ("folded header", $"POST /tasks HTTP/1.1\r\n{Json}Content-Length:\r\n 17\r\n\r\n{Task}"),
        ("NUL in a header", $"POST /tasks HTTP/1.1\r\n{Json}X-A: a\0b\r\nContent-Length: 17\r\n\r\n{Task}"),
        ("lone CR in a header", $"POST /tasks HTTP/1.1\r\n{Json}X-A: a\rb\r\nContent-Length: 17\r\n\r\n{Task}"),
        ("header that is no UTF-8", $"POST /tasks HTTP/1.1\r\n{Json}Idempotency-Key: \u00ff\u00fe\r\nContent-Length: 17\r\n\r\n{Task}"),
        ("headers that are too long", $"POST /tasks HTTP/1.1\r\n{Json}X-A: {new string('a', 40_000)}\r\n\r\n"),
        ("headers that are too many", $"POST /tasks HTTP/1.1\r\n{Json}{string.Concat(Enumerable.Range(0, 500).Select(static i => $"X-{i}: a\r\n"))}\r\n"),
        ("expectation that can't be met", $"POST /tasks HTTP/1.1\r\n{Json}Expect: miracles\r\nContent-Length: 18\r\n\r\n{Task}x"),
    ];

    private static (string Name, string Text)[] Lengths =>
    [
        .. ((string[])["-1", "+17", "0x11", "1e1", "17a", "", "99999999999999999999999", "17, 17", "17\r\nContent-Length: 18", "17\r\nTransfer-Encoding: chunked"])
            .Select(static length => ($"length {length.Replace("\r\n", " ", StringComparison.Ordinal)}", $"POST /tasks HTTP/1.1\r\n{Json}Content-Length: {length}\r\n\r\n{Task}")),
        ("no length", $"POST /tasks HTTP/1.1\r\n{Json}\r\n{Task}"),
        ("less than its length", $"POST /tasks HTTP/1.1\r\n{Json}Content-Length: 1000\r\n\r\n{Task}"),
        ("length beyond the limit", $"POST /tasks HTTP/1.1\r\n{Json}Content-Length: 4000000000\r\n\r\n{Task}"),
    ];

    private static (string Name, string Text)[] Chunks =>
    [
        .. ((string[])["zz\r\n", "-1\r\n", "ffffffffffffffff\r\n", "7fffffff\r\n", "\r\n", "11", "11\n", "11;" + new string('e', 9000) + "\r\n", $"11\r\n{Task}xx", $"10\r\n{Task}\r\n", $"11\r\n{Task}\r\n0\r\nX-A\r\n\r\n"])
            .Select(static (chunk, at) => ($"chunk {at}", $"POST /tasks HTTP/1.1\r\n{Json}Transfer-Encoding: chunked\r\n\r\n{chunk}")),
        ("coding that is unknown", $"POST /tasks HTTP/1.1\r\n{Json}Transfer-Encoding: gzip\r\n\r\n{Task}"),
        ("chunked not last", $"POST /tasks HTTP/1.1\r\n{Json}Transfer-Encoding: chunked, identity\r\n\r\n{Task}"),
        ("chunked in HTTP/1.0 with a length", $"POST /tasks HTTP/1.0\r\n{Json}Content-Length: 17\r\nTransfer-Encoding: chunked\r\n\r\n{Task}"),
        ("second request as a body", $"GET /tasks/stats HTTP/1.1\r\n{Json}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nDELETE /tasks?all=true HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ];

    private static (string Name, string Text)[] NoHttp =>
    [
        ("nothing", ""),
        ("a letter", "G"),
        ("half a head", "POST /tasks HTTP/1.1\r\nHost: loc"),
        ("TLS", "\u0016\u0003\u0001\u0000\u00a5\u0001\u0000\u0000\u00a1\u0003\u0003" + new string('\u0042', 160)),
        ("SSH", "SSH-2.0-OpenSSH_9.2\r\n"),
        ("SMTP", "EHLO localhost\r\nMAIL FROM:<a@localhost>\r\n"),
        ("HTTP/2 without TLS", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"),
        ("all bytes", string.Concat(Enumerable.Range(0, 256).Select(static i => (char)i))),
        ("zeros", new string('\0', 20_000)),
    ];
}
