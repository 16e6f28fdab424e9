using System.Globalization;
using System.Text.RegularExpressions;

namespace TaskApi.Tests.Observability;

/// <summary>A sample: a name, labels and a value.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>The labels but one, as a text that those who have the same share.</summary>
    public string LabelsBut(string name) =>
        string.Join(',', Labels.Where(label => label.Key != name).Select(static label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal));
}

/// <summary>The samples that share a name, a type and an explanation.</summary>
internal sealed record Family(string Name, string Type, string Help, List<Sample> Samples);

/// <summary>
/// What is written in Prometheus' text format, version 0.0.4. Reading it fails on whatever the format doesn't allow: so what
/// can be read is right.
/// </summary>
internal sealed partial class Exposition
{
    private const int TimeoutMs = 5000;

    private readonly Dictionary<string, Family> _families = [];

    private Exposition()
    {
    }

    /// <summary>What there is, by name.</summary>
    public IReadOnlyDictionary<string, Family> Families => _families;

    /// <summary>Reads a text, and checks it.</summary>
    public static Exposition Read(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var exposition = new Exposition();
        var (type, help) = (("", ""), ("", ""));
        foreach (var line in text.Split('\n').Where(static line => line.Length > 0))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
                type = Split(line["# TYPE ".Length..]);
            else if (line.StartsWith("# HELP ", StringComparison.Ordinal))
                help = Split(line["# HELP ".Length..]);
            else if (!line.StartsWith('#'))
                exposition.Add(ReadSample(line), type, help);
        }

        Assert.All(exposition._families.Values.Where(static family => family.Type == "histogram"), CheckHistogram);
        return exposition;
    }

    /// <summary>The value of the one sample that has these labels, and maybe others.</summary>
    public double Value(string name, params (string Name, string Value)[] labels) => Assert.Single(
        _families.Values.SelectMany(static family => family.Samples),
        sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value)).Value;

    private static (string, string) Split(string line) => (line[..line.IndexOf(' ', StringComparison.Ordinal)], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);

    private static Sample ReadSample(string line)
    {
        var match = Line().Match(line);
        Assert.True(match.Success, $"Not a sample: {line}");
        var labels = new Dictionary<string, string>();
        foreach (Match label in Label().Matches(match.Groups["labels"].Value))
            Assert.True(labels.TryAdd(label.Groups["name"].Value, Unescape(label.Groups["value"].Value)), $"A label comes twice: {line}");
        var value = match.Groups["value"].Value;
        return new Sample(match.Groups["name"].Value, labels, value == "+Inf" ? double.PositiveInfinity : double.Parse(value, CultureInfo.InvariantCulture));
    }

    private static string Unescape(string value) => value.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal);

    private static void CheckHistogram(Family family)
    {
        var series = family.Samples.GroupBy(static sample => sample.LabelsBut("le"));
        Assert.All(series, samples =>
        {
            var buckets = samples.Where(sample => sample.Name == $"{family.Name}_bucket").ToList();
            var bounds = buckets.Select(static bucket => bucket.Labels["le"] == "+Inf" ? double.PositiveInfinity : double.Parse(bucket.Labels["le"], CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(bounds.Order(), bounds);
            Assert.Equal(bounds.Distinct(), bounds);
            Assert.Equal(double.PositiveInfinity, bounds[^1]);
            Assert.Equal(buckets.Select(static bucket => bucket.Value).Order(), buckets.Select(static bucket => bucket.Value));
            Assert.Equal(buckets[^1].Value, Assert.Single(samples, sample => sample.Name == $"{family.Name}_count").Value);
            Assert.True(Assert.Single(samples, sample => sample.Name == $"{family.Name}_sum").Value >= 0);
            Assert.Equal(buckets.Count + 2, samples.Count());
        });
    }

    private void Add(Sample sample, (string Name, string Text) type, (string Name, string Text) help)
    {
        Assert.Equal(type.Name, help.Name);
        string[] names = type.Text == "histogram" ? [$"{type.Name}_bucket", $"{type.Name}_sum", $"{type.Name}_count"] : [type.Name];
        Assert.Contains(sample.Name, names);
        Assert.Contains(type.Text, (string[])["counter", "gauge", "histogram"]);
        Assert.True(type.Text != "counter" || sample.Name.EndsWith("_total", StringComparison.Ordinal), sample.Name);
        Assert.True(type.Text != "counter" || sample.Value >= 0, sample.Name);
        if (!_families.TryGetValue(type.Name, out var family))
            _families[type.Name] = family = new Family(type.Name, type.Text, help.Text, []);
        Assert.DoesNotContain(family.Samples, other => other.Name == sample.Name && other.LabelsBut("") == sample.LabelsBut(""));
        family.Samples.Add(sample);
    }

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*=""([^""\\]|\\[\\""n])*"",?)*)\})? (?<value>[-+0-9.eE]+|\+Inf|NaN)$", RegexOptions.ExplicitCapture, TimeoutMs)]
    private static partial Regex Line();

    [GeneratedRegex(@"(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=""(?<value>([^""\\]|\\[\\""n])*)""", RegexOptions.ExplicitCapture, TimeoutMs)]
    private static partial Regex Label();
}
