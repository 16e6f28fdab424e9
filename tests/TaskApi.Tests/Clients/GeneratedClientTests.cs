using System.Text.Json;
using TaskApi.Tests.Samples;

namespace TaskApi.Tests.Clients;

/// <summary>Clients that are generated from the API description work, and linters have nothing to say against it.</summary>
public sealed class GeneratedClientTests(GeneratedClients clients) : IClassFixture<GeneratedClients>
{
    // Every client prints this.
    private const string Transcript = """
        created pending
        batch 2
        gathered Bonjour,Bore da
        waited 2 1
        streamed 2
        listed Bore da,Bonjour
        cancelled enough
        refused urn:taskapi:problem:task-cancelled

        """;

    [Theory]
    [InlineData("nswag", "dotnet", "generated/dotnet/GeneratedClients.dll", "nswag")]
    [InlineData("kiota", "dotnet", "generated/dotnet/GeneratedClients.dll", "kiota")]
    [InlineData("openapi-fetch", "node", "generated/js/client.js")]
    public async Task Client_Generated_CreatesGathersAndLists(string group, string program, params string[] arguments)
    {
        Assert.NotNull(clients);
        await using var service = new SampleService();

        var printed = await GeneratedClients.Run(program, [.. arguments, service.Address.ToString().TrimEnd('/'), group]);

        Assert.Equal(Transcript, printed.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Description_ReadBySpectral_HasNothingAgainstIt() =>
        Assert.Contains("No results", await GeneratedClients.Run("npx", "--no-install", "spectral", "lint", "--fail-severity", "hint", "generated/swagger.json"), StringComparison.Ordinal);

    [Fact]
    public async Task Description_ReadByRedocly_HasNothingAgainstIt()
    {
        var report = await GeneratedClients.Run("npx", "--no-install", "redocly", "lint", "--extends", "recommended", "--format", "json", "generated/swagger.json");

        var totals = JsonElement.Parse(report[report.IndexOf('{', StringComparison.Ordinal)..]).GetProperty("totals");
        Assert.Equal((0, 0), (totals.GetProperty("errors").GetInt32(), totals.GetProperty("warnings").GetInt32()));
    }
}
