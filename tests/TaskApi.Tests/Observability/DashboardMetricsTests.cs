using System.Text.Json;
using System.Text.RegularExpressions;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Samples;

namespace TaskApi.Tests.Observability;

/// <summary>deploy/observability: whatever its dashboard and its alerts ask for is there.</summary>
[Collection(nameof(WithoutOthers))]
public sealed partial class DashboardMetricsTests : IAsyncDisposable
{
    private const int TimeoutMs = 5000;

    // On a socket, where the server has metrics too, and on disk, where the storage has.
    private readonly TaskApiFactory _api = new(("Tasks:Storage", "Sqlite"));

    public DashboardMetricsTests() => _api.StartOnSocket();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Expressions_OfDashboardAndAlerts_AskForMetricsThatThereAre()
    {
        var expressions = Expressions().ToList();
        var metrics = await Scrape();

        Assert.InRange(expressions.Count, 25, 100);
        Assert.All(expressions, expression =>
        {
            var named = Names(expression);
            Assert.NotEmpty(named);
            Assert.All(named, name => Assert.True(metrics.ContainsKey(name), $"{name} isn't measured: {expression}"));
        });
    }

    [Fact]
    public async Task Labels_OfDashboardAndAlerts_AreThoseOfTheirMetrics()
    {
        var metrics = await Scrape();

        Assert.All(Expressions(), expression =>
        {
            // Prometheus adds these itself.
            var labels = Grouped().Matches(expression).Concat(Selected().Matches(expression)).SelectMany(static match => Word().Matches(match.Groups["labels"].Value)).Select(static word => word.Value)
                .Except(["instance", "job", "le"], StringComparer.Ordinal);
            var there = Names(expression).SelectMany(name => metrics[name].Samples).SelectMany(static sample => sample.Labels.Keys).ToHashSet();
            Assert.All(labels, label => Assert.Contains(label, there));
        });
    }

    [Fact]
    public void Files_MountedByCompose_AreThere()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "docker-compose.yml")))
            root = root.Parent!;
        var mounted = Mount().Matches(File.ReadAllText(Path.Combine(root.FullName, "docker-compose.yml"))).Select(static match => match.Groups["path"].Value).ToList();

        Assert.True(mounted.Count >= 4, string.Join(' ', mounted));
        Assert.All(mounted, path => Assert.True(Path.Exists(Path.Combine(root.FullName, path)), path));
    }

    private static IEnumerable<string> Expressions()
    {
        var dashboard = JsonElement.Parse(RepositoryFile.Read("deploy/observability/grafana/dashboards/taskapi.json"));
        var panels = dashboard.Items("panels").Where(static panel => panel.TryGetProperty("targets", out _)).SelectMany(static panel => panel.Items("targets")).Select(static target => target.Text("expr")!);
        var alerts = Alert().Matches(RepositoryFile.Read("deploy/observability/alerts.yml")).Select(static match => match.Groups["expression"].Value).Where(static expression => !expression.StartsWith("up{", StringComparison.Ordinal));
        return panels.Concat(alerts);
    }

    // Families: without what a histogram's samples are called besides.
    private static List<string> Names(string expression) =>
        [.. Metric().Matches(Selected().Replace(Grouped().Replace(expression, ""), "")).Select(static match => match.Groups["family"].Value).Distinct()];

    private async Task<IReadOnlyDictionary<string, Family>> Scrape()
    {
        using var client = new HttpClient { BaseAddress = _api.ClientOptions.BaseAddress };
        using var body = new StringContent("""{"message":"Hei","delaySeconds":5}""", System.Text.Encoding.UTF8, "application/json");
        var wait = client.PostAsync(new Uri("/tasks?waitSeconds=60", UriKind.Relative), body, TestContext.Current.CancellationToken);
        await _api.Clock.TimerArmed(TimeSpan.FromSeconds(60));
        _api.Clock.Advance(TimeSpan.FromSeconds(5));
        (await wait).Dispose();
        // Measured once it has been answered.
        while (true)
        {
            var families = Exposition.Read(await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken)).Families;
            if (families.ContainsKey("http_server_request_duration_seconds"))
                return families;
        }
    }

    [GeneratedRegex(@"\bby \((?<labels>[^)]*)\)", RegexOptions.ExplicitCapture, TimeoutMs)]
    private static partial Regex Grouped();

    [GeneratedRegex(@"\{(?<labels>[^}""]*(""([^""\\]|\\.)*""[^}""]*)*)\}", RegexOptions.ExplicitCapture, TimeoutMs)]
    private static partial Regex Selected();

    [GeneratedRegex(@"[a-z_]+(?=\s*(=|!=|=~|,|$))", RegexOptions.ExplicitCapture, TimeoutMs)]
    private static partial Regex Word();

    [GeneratedRegex(@"\b(?<family>(taskapi|http|kestrel|dotnet)_[a-z_]+?)(_bucket|_count|_sum)?\b", RegexOptions.ExplicitCapture, TimeoutMs)]
    private static partial Regex Metric();

    [GeneratedRegex(@"^ +expr: (?<expression>.+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, TimeoutMs)]
    private static partial Regex Alert();

    [GeneratedRegex(@"- \./(?<path>deploy/[^:]+):", RegexOptions.ExplicitCapture, TimeoutMs)]
    private static partial Regex Mount();
}
