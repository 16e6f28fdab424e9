namespace TaskApi.Tests.Fuzz.Corpus;

/// <summary>Text that is put where a name, an id, a number or an instant is expected.</summary>
internal static class HostileText
{
    /// <summary>Short ones: none is longer than a line.</summary>
    public static IReadOnlyList<string> Short { get; } =
    [
        // Nothing, nearly nothing, and what looks like it
        "", " ", "\t", "\u00a0", "\u200b", "\ufeff", "null", "undefined", "nil", "None", "true", "false", "[]", "{}",
        // Numbers, and what some parsers take for numbers
        "0", "-0", "-1", "1", "+1", "01", "1e3", "1E-400", "1e400", "-1e400", "1.5", "1,5", ".5", "1.", "0x10", "1_000", "NaN", "Infinity", "-Infinity", "∞",
        "2147483648", "4294967296", "9007199254740993", "18446744073709551616", "99999999999999999999999999999999", "١٢٣", "１", "1\u0000",
        // Instants and durations
        "2026-06-15T10:00:00Z", "2026-06-15", "2026-06-15T10:00:00", "2026-02-30T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00+14:00",
        "2026-06-15T10:00:60Z", "2026-06-15T24:00:00Z", "2026-06-15T10:00:00+99:99", "-2026-06-15T10:00:00Z", "P", "PT", "PT1S", "-PT1S", "P1Y", "PT1E9S", "P99999999999999999999W",
        // Ids that are none
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "01890a5dac96774bbcceb302099a8057", "{01890a5d-ac96-774b-bcce-b302099a8057}",
        "01890A5D-AC96-774B-BCCE-B302099A8057", "01890a5d-ac96-774b-bcce-b302099a805", "01890a5d-ac96-774b-bcce-b302099a80577", "g1890a5d-ac96-774b-bcce-b302099a8057",
        // Words of the service in the wrong place
        "pending", "Pending", "stats", "events", "newest", "firstCompleted", "leave", "wait=5",
        // What other services fall for
        "../../etc/passwd", "..\\..\\windows", "' OR '1'='1' --", "\"; DROP TABLE tasks; --", "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://localhost/a}", "%s%n%x", "{0}", "$(id)", "`id`", "\\", "\"", "'", ",", ";", "|",
        // Unicode at its worst: controls, line ends, direction, surrogates, combining marks, other planes
        "\u0000", "\u0001\u001f", "\u007f", "a\r\nb", "a\nb", "\u0085", "\u2028", "\u202e\u202d", "\ud800", "\udfff\ud800", "e\u0301\u0301\u0301", "🦊", "👩‍👩‍👧‍👧", "ﷺ", "İı", "\ufffe\uffff",
    ];

    /// <summary>At the bounds of the fields, a step beyond, and far beyond.</summary>
    public static IReadOnlyList<string> Long { get; } =
    [
        new('a', 128), new('a', 129), new('a', 256), new('a', 257), new('a', 4096), new('a', 4097), new('\u00e9', 2100), string.Concat(Enumerable.Repeat("🦊", 2049)), new(' ', 3000), new('9', 3000), "0." + new string('1', 3000),
    ];
}
