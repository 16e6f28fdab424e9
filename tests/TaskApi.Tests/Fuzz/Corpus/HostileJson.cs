namespace TaskApi.Tests.Fuzz.Corpus;

/// <summary>JSON values, and what is none, to be put in the place of any value; and names to be put in the place of any name.</summary>
internal static class HostileJson
{
    /// <summary>In the place of a value.</summary>
    public static IReadOnlyList<string> Values { get; } =
    [
        "null", "true", "false", "{}", "[]", "[null]", "[[]]", "[{}]", "[1,\"a\",null,{\"a\":[]}]", "{\"a\":1}", "{\"\":\"\"}", "{\"message\":\"Hei\"}",
        .. Numbers, .. Strings, .. Broken,
        Nested(6), Nested(15), Nested(17), Nested(64), Nested(65), Nested(3000),
    ];

    /// <summary>In the place of a property's name, quotes included.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "\"\"", "\" \"", "\"message \"", "\"Message\"", "\"MESSAGE\"", "\"delay_seconds\"", "\"delaySeconds\\u0000\"", "\"\\u006dessage\"", "\"\\ud800\"", "\"\ud83e\udd8a\"", "\"__proto__\"", "\"$type\"", "\"$ref\"", "\"$id\"", "\"constructor\"",
        "\"id\"", "\"status\"", "\"owner\"", "\"dueAt\"", "\"timeoutSeconds\"", "\"waitSeconds\"", "\"group\"", $"\"{new string('n', 5000)}\"", "message", "'message'", "1", "null", "",
    ];

    private static string[] Numbers =>
    [
        "0", "-0", "-0.0", "-1", "-1e-9", "1e-400", "1e400", "-1e400", "1E308", "1.7976931348623159e308", "5e-324", "31536000", "31536000.0001", "31536001", "2147483648", "9007199254740993",
        "18446744073709551616", "922337203685.4775807", "922337203686", "0.1234567890123456789", "1e99999", new('9', 3000), "0." + new string('0', 3000) + "1", "-" + new string('9', 400),
    ];

    private static string[] Strings =>
    [
        "\"\"", "\" \"", "\"1\"", "\"NaN\"", "\"Infinity\"", "\"PT1S\"", "\"P1Y\"", "\"PT1e9S\"", "\"P9999999999999999W\"", "\"2026-06-15T10:00:01Z\"", "\"2026-06-15T10:00:01\"", "\"9999-12-31T23:59:59.9999999+00:00\"", "\"0001-01-01T00:00:00+14:00\"",
        "\"2026-02-30T00:00:00Z\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\r\\n\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83e\\udd8a\"", "\"\u202e\"", "\"<script>\"", "\"../..\"", "\"01890a5d-ac96-774b-bcce-b302099a8057\"",
        $"\"{new string('a', 128)}\"", $"\"{new string('a', 129)}\"", $"\"{new string('a', 4096)}\"", $"\"{new string('a', 4097)}\"", $"\"{string.Concat(Enumerable.Repeat("\\ud83e\\udd8a", 1000))}\"", $"\"{new string('a', 30_000)}\"",
    ];

    private static string[] Broken =>
    [
        "", "NaN", "-NaN", "Infinity", "-Infinity", "undefined", "None", "True", "01", "+1", ".5", "1.", "1e", "0x10", "1_000", "-", "'a'", "\"", "\"abc", "\"\\x41\"", "\"\\u12\"", "\"\\\"", "\"\t\"", "\"\n\"", "\"\u0001\"", "\"a\u0000b\"",
        "1 2", "1,", ",1", "[1,]", "{\"a\":1,}", "{\"a\"}", "{\"a\":}", "{a:1}", "[", "{", "]", "}", "[}", "/* */ 1", "1 // one", "// nothing", "#", "\ufeff1", "\u00a01", "nul", "truefalse",
    ];

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);
}
