namespace TaskApi.Tests.Fuzz.Corpus;

/// <summary>Queries as they go out, question mark included.</summary>
internal static class HostileQueries
{
    /// <summary>Ones that are hostile by their form.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "?", "??", "?&", "?&&&&", "?=", "?==", "?=1", "?a", "?a=", "?a=b=c", "?%", "?%=%", "?%zz=%zz", "?%c0%af=%c0%af", "?%ff=%ff", "?%00=%00", "?%ud800", "?a[]=1", "?a[b]=1", "?;", "?a;b", "?a+b=c+d", "?/../..", "?#", "?__proto__=1",
        "?" + new string('a', 5000), "?a=" + new string('b', 5000), "?" + new string('&', 5000), "?" + string.Concat(Enumerable.Repeat("a&", 2000)), "?" + string.Join('&', Enumerable.Range(0, 700).Select(static i => $"a{i}=b")),
    ];

    /// <summary>Ones that do something to a parameter of this name.</summary>
    public static IEnumerable<string> Of(string name)
    {
        foreach (var value in HostileText.Short.Concat(HostileText.Long.Where(static value => value.Length <= 2000)))
            yield return $"?{name}={Escape(value)}";
        yield return $"?{name}";
        yield return $"?{name}&{name}";
        yield return $"?{name}=1&{name}=2";
        yield return $"?{name}=&{name}=1";
        yield return $"?{name}=%";
        yield return $"?{name}=%zz";
        yield return $"?{name}=%ff%fe";
        yield return $"?{name}=%ed%a0%80";
        yield return $"?{name}[]=1";
        yield return $"?{name.ToUpperInvariant()}=1";
        yield return $"?%{(int)name[0]:x2}{name[1..]}=1";
        yield return $"?{name}={new string('1', 5000)}";
    }

    /// <summary>As a part of a path or a query; a lone surrogate becomes the bytes that would stand for it.</summary>
    public static string Escape(string text) =>
        string.Concat(text.EnumerateRunes().Zip(Positions(text), (rune, at) => char.IsSurrogate(text[at]) && rune.Value == 0xFFFD ? "%ED%A0%80" : Uri.EscapeDataString(rune.ToString())));

    private static IEnumerable<int> Positions(string text)
    {
        for (var at = 0; at < text.Length; at += char.IsSurrogatePair(text, at) ? 2 : 1)
            yield return at;
    }
}
