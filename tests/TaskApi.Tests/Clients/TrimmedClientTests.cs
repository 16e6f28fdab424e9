using TaskApi.Tests.Samples;

namespace TaskApi.Tests.Clients;

/// <summary>The client keeps its promise to be trimmable: the linker warns of nothing, and what it leaves works, without JSON by reflection.</summary>
public sealed class TrimmedClientTests
{
    private const string Transcript = """
        gathered 2
        input {"values":[1,2,3]}
        cancelled urn:taskapi:problem:task-cancelled
        scheduled 5
        listed Hei Completed
        listed Moi Completed
        listed add Cancelled

        """;

    [Fact]
    public async Task Program_Trimmed_DoesWhatItDoesUntrimmed()
    {
        var folder = RepositoryFile.PathOf("tests/trimmed");
        var published = Path.Combine(folder, "published");
        await GeneratedClients.Run("dotnet", "publish", folder, "--configuration", "Release", "--use-current-runtime", "--output", published, "--nologo", "-nodeReuse:false");
        await using var service = new SampleService();

        var printed = await GeneratedClients.Run(Path.Combine(published, "Trimmed"), service.Address.ToString());

        Assert.Equal(Transcript, printed.ReplaceLineEndings("\n"));
    }
}
