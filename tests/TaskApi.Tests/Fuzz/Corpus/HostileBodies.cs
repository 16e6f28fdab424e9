using System.IO.Compression;
using System.Text;

namespace TaskApi.Tests.Fuzz.Corpus;

/// <summary>Whole bodies that are no request: nothing, other formats, bytes that are no text, and far too much.</summary>
internal static class HostileBodies
{
    /// <summary>All of them. None is larger than 96 KiB.</summary>
    public static IReadOnlyList<byte[]> All { get; } = [.. Texts.Select(Encoding.UTF8.GetBytes), .. Encodings, .. Sequences.SelectMany(Within), .. Binaries];

    private static string[] Texts =>
    [
        "", " ", "\n\n\n", "\r\n", "null", "true", "0", "\"\"", "\"Hei\"", "[]", "{}", "[[]]", "[{}]", "[null]", "{}{}", "{} {}", "[][]", "{},", "{}\u0000", "\u0000", "{}\n{}", "\u001e{}\n",
        "{\"message\"", "{\"message\":", "{\"message\":\"", "{\"message\":\"Hei\"", "{\"message\":\"Hei\",", "{message:\"Hei\"}", "{'message':'Hei'}", "(\"message\")", "message=Hei&delaySeconds=1", "message: Hei\ndelaySeconds: 1\n",
        "<task><message>Hei</message></task>", "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>", "--x\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\nHei\r\n--x--\r\n", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        new('[', 40_000), string.Concat(Enumerable.Repeat("{\"a\":", 8_000)), new string('[', 20_000) + new string(']', 20_000), new(' ', 90_000), "{\"message\":\"" + new string('a', 90_000) + "\"}", $"[{string.Join(',', Enumerable.Repeat("{\"message\":\"Hei\"}", 101))}]",
        $"[{string.Join(',', Enumerable.Repeat("0", 20_000))}]", $"{{\"ids\":[{string.Join(',', Enumerable.Repeat("\"\"", 10_000))}]}}", $"{{{string.Join(',', Enumerable.Range(0, 2_000).Select(static i => $"\"a{i}\":{i}"))}}}", $"{{{string.Join(',', Enumerable.Repeat("\"message\":\"Hei\"", 500))}}}",
        string.Concat(Enumerable.Repeat("\n", 5_000)), string.Concat(Enumerable.Repeat("{}\n", 2_000)),
    ];

    // JSON as it should be, in other encodings; and a byte order mark, which JSON must not have.
    private static byte[][] Encodings =>
    [
        .. ((Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, Encoding.Latin1]).Select(static encoding => encoding.GetBytes("{\"message\":\"Hei \u00e9\"}")),
        .. ((Encoding[])[Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode]).Select(static encoding => (byte[])[.. encoding.Preamble, .. encoding.GetBytes("{\"message\":\"Hei\"}")]),
    ];

    // Bytes that are no UTF-8: alone, too long, too short, surrogates, beyond the last plane.
    private static byte[][] Sequences =>
    [
        [0x80], [0xBF], [0xC0, 0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0xAF], [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0xAF], [0xF0, 0x9F, 0xA6],
        [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xFF, 0xFE, 0xFF],
    ];

    private static byte[][] Binaries => [Compressed(), [0x1F, 0x8B, 0x08], [0x00, 0x00, 0x00, 0x00], [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A], [.. Enumerable.Range(0, 256).Select(static i => (byte)i)]];

    private static IEnumerable<byte[]> Within(byte[] bytes) =>
    [
        bytes,
        [.. "{\"message\":\""u8, .. bytes, .. "\"}"u8],
        [.. "{\""u8, .. bytes, .. "\":\"Hei\"}"u8],
        [.. "{\"message\":\"Hei\","u8, .. bytes, .. "}"u8],
        [.. "{\"message\":\"Hei\"}"u8, .. bytes],
    ];

    private static byte[] Compressed()
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write("{\"message\":\"Hei\"}"u8);
        return memory.ToArray();
    }
}
