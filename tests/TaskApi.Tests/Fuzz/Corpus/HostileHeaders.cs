namespace TaskApi.Tests.Fuzz.Corpus;

/// <summary>Headers: those that the service reads, with what they may hold at worst, and those that it should not care about.</summary>
internal static class HostileHeaders
{
    /// <summary>Values that any header is tried with.</summary>
    public static IReadOnlyList<string> Values { get; } =
    [
        "", "\t", ",", ",,,,", ";", "=", "*", "\"", "\"\"", "\"a", "a\"", "\\", "W/", "W/\"", "W/\"a\", \"b\"", "-1", "0", "99999999999999999999", "1e3", "NaN", "a b", "\u00e9", "🦊", "\u007f", "\u0001", "%00", "../..", "<script>", "${jndi:ldap://localhost/a}", "{0}", "%s",
        new('a', 255), new('a', 256), new('"', 257), new(',', 3000), new('a', 12_000), string.Join(',', Enumerable.Repeat("\"a\"", 2500)),
    ];

    /// <summary>Names that are tried with each of <see cref="Values"/>: those that the service, or what it is built on, reads.</summary>
    public static IReadOnlyList<string> Names { get; } = ["Prefer", "Idempotency-Key", "Last-Event-ID", "If-None-Match", "Accept", "Authorization", "X-Api-Key", "traceparent"];

    /// <summary>Whole headers.</summary>
    public static IReadOnlyList<(string Name, string Value)> Others { get; } =
    [
        .. HostileMedia.Accepts.Select(static value => ("Accept", value)),
        .. Each("Prefer", "wait", "wait=", "wait=-1", "wait=1.5", "wait=0", "wait=\"1\"", "wait='1'", "wait=1e3", "wait=99999999999999999999999999", "WAIT=1", "wait=1;wait=2", "wait=1, wait=2", "respond-async", "respond-async, wait=1", "wait = 1", "wait=1;a=\"b,c;d\"", "wait=\"1", "wait=１", "return=minimal"),
        .. Each("Idempotency-Key", "a b", "\"a b\"", "\"a\\\"b\"", "\"a\\b\"", "\"a\"b", "a,b", "a;b=c", "\"a\";b=c", ":YQ==:", "?1", "\u00e9\u00e9", new('k', 255), "\"" + new string('k', 255) + "\"", "\"" + new string('k', 256) + "\"", string.Concat(Enumerable.Repeat("\\\"", 200))),
        .. Each("Last-Event-ID", "1", "-1", "0", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1.5", "0x1", "1 ", "١", "a\tb", new('1', 5000)),
        .. Each("If-None-Match", "*", "\"a\"", "W/\"a\"", "\"a\", *", "\"a\" \"b\"", "a", "\"\\\"\"", "w/\"a\"", string.Join(", ", Enumerable.Range(0, 1000).Select(static i => $"\"{i}\""))),
        .. Each("Authorization", "Bearer", "Bearer ", "Bearer a", "Bearer a b c", "bearer a", "BearerX", "Bearer \u00e9", "Basic YTpi", "Basic \u0001", "Digest username=\"a\"", "Negotiate TlRM", "AWS4-HMAC-SHA256 a", "Bearer " + new string('k', 9000)),
        .. Each("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-00000000000000000000000000000000-0000000000000000-00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c"),
        .. Each("Host", "localhost:0", "127.0.0.1", "[::1]", "evil.example", "a.localhost", "LOCALHOST."),
        .. Each("Range", "bytes=0-1", "bytes=9-1", "bytes=-99999999999999999999", "lines=1-2"),
        .. Each("X-Forwarded-For", "1.2.3.4", "unknown", "[::1]:99999", "1.2.3.4, 5.6.7.8, " + new string('9', 500)),
        .. Each("X-Forwarded-Host", "evil.example", "evil.example\"><script>", "a/b"),
        ("X-Forwarded-Proto", "javascript"), ("X-Forwarded-Prefix", "//evil.example"), ("Forwarded", "for=\"_gazonk\";host=evil.example"), ("X-HTTP-Method-Override", "DELETE"), ("X-Original-URL", "/tasks"), ("X-Rewrite-URL", "/tasks"),
        ("Accept-Encoding", "gzip, br;q=NaN, *;q=0"), ("Accept-Charset", "utf-16;q=1, *;q=0"), ("Accept-Language", "klingon, *;q=-1"), ("If-Match", "\"a\""), ("If-Modified-Since", "yesterday"), ("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"), ("If-Range", "\"a\""), ("Origin", "https://evil.example"), ("Origin", "null"),
        ("Referer", "https://evil.example/"), ("Cookie", "a=b; " + new string('c', 4000)), ("Access-Control-Request-Method", "DELETE"), ("tracestate", new string('=', 600)), ("baggage", "a=b,c=%zz"), ("Date", "the day before"), ("Max-Forwards", "-1"), ("Via", "1.1 a, 1.1 b"), ("TE", "trailers, deflate"),
        ("Pragma", "no-cache"), ("Upgrade-Insecure-Requests", "1"), ("Sec-Fetch-Site", "cross-site"), ("Priority", "u=9"), ("Content-Language", "?"), ("Content-Encoding", "gzip"), ("Content-Encoding", "br, , identity"), ("Content-Location", "//"), ("Content-Range", "bytes 9-1/0"), ("X-Empty", ""),
    ];

    private static IEnumerable<(string Name, string Value)> Each(string name, params string[] values) => values.Select(value => (name, value));
}
