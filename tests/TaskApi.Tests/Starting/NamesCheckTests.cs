using Microsoft.Extensions.Configuration;
using TaskApi.Engine.Configuration;
using TaskApi.Starting;

namespace TaskApi.Tests.Starting;

/// <summary>Names that mean nothing, wherever they come from but the command line, which <see cref="StartFaultTests"/> has.</summary>
public sealed class NamesCheckTests
{
    private static readonly KnownSettings _known = new(ServiceParts.Sections());

    [Theory]
    [InlineData("Tasks:MaxPendng", "There is no setting Tasks:MaxPendng; the nearest is Tasks:MaxPending. --help lists all.")]
    [InlineData("tasks:maxpendng", "There is no setting tasks:maxpendng; the nearest is Tasks:MaxPending. --help lists all.")]
    [InlineData("Limits:MaxStream", "There is no setting Limits:MaxStream; the nearest is Limits:MaxStreams. --help lists all.")]
    [InlineData("Security:KnownProxys:0", "There is no setting Security:KnownProxys:0; the nearest is Security:KnownProxies:0. --help lists all.")]
    [InlineData("Security:ApiKeys:3:Hsah", "There is no setting Security:ApiKeys:3:Hsah; the nearest is Security:ApiKeys:3:Hash. --help lists all.")]
    [InlineData("Task:Storage", "There is no setting Task:Storage; did you mean Tasks:Storage?")]
    [InlineData("Tasks_Storage", "There is no setting Tasks_Storage; did you mean Tasks:Storage (Tasks__Storage in the environment)?")]
    [InlineData("TASKS_MAX_PENDING", "There is no setting TASKS_MAX_PENDING; did you mean Tasks:MaxPending (Tasks__MaxPending in the environment)?")]
    [InlineData("ConnectionString:Tasks", "There is no setting ConnectionString:Tasks; did you mean ConnectionStrings:Tasks?")]
    public void Name_ThatIsNearlyOneOfOurs_IsNamedWithTheOneThatIs(string key, string sentence) => Assert.Equal([sentence], Check(key).Failures!);

    [Theory]
    [InlineData("Tasks:MaxPending")]
    [InlineData("TASKS:MAXPENDING")]
    [InlineData("Tasks:IdempotencyRetention")]
    [InlineData("Security:ApiKeys:0:Name")]
    [InlineData("Security:ApiKeys:north:Hash")]
    [InlineData("Security:KnownProxies:0")]
    [InlineData("ConnectionStrings:Tasks")]
    [InlineData("ConnectionStrings:Orders")]
    [InlineData("TASKS_PORT")]
    [InlineData("TASKS_SERVICE_HOST")]
    [InlineData("Tasks")]
    [InlineData("LIMITS")]
    [InlineData("Path")]
    [InlineData("URLS")]
    [InlineData("Serilog:WriteTo:0:Name")]
    public void Name_ThatIsOneOfOursOrSomebodyElses_IsGood(string key) => Assert.True(Check(key).Succeeded);

    [Theory]
    [InlineData("""{ "Tasks": { "Storage": "Memory", "Retension": null } }""", "Tasks:Retension")]
    [InlineData("""{ "Tasks": { "Storage": { "Kind": "Memory" } } }""", "Tasks:Storage:Kind")]
    [InlineData("""{ "Security": { "ApiKeys": [ { "Name": "north", "Key": "x" } ] } }""", "Security:ApiKeys:0:Key")]
    public void File_WithANameThatIsUnknown_IsRefused(string json, string key)
    {
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json))).Build();

        var fault = Assert.Single(new NamesCheck(_known, configuration, []).Validate(null, new StartSettings()).Failures!);

        Assert.StartsWith($"There is no setting {key};", fault, StringComparison.Ordinal);
    }

    private static Microsoft.Extensions.Options.ValidateOptionsResult Check(string key)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(key, "1")]).Build();
        return new NamesCheck(_known, configuration, []).Validate(null, new StartSettings());
    }
}
