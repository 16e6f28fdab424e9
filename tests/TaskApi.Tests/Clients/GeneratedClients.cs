using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Samples;

namespace TaskApi.Tests.Clients;

/// <summary>What generators and linters make of the API description: installed by the first run, generated and built once for all tests.</summary>
public sealed class GeneratedClients : IAsyncLifetime
{
    private static string Folder => RepositoryFile.PathOf("tests/clients");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "generated"));
        await File.WriteAllTextAsync(Path.Combine(Folder, "generated", "swagger.json"), (await ApiDescription.Current).Text);
        await Run("bash", "generate.sh");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Runs a program in the folder of the clients, expects it to succeed, and answers with what it printed.</summary>
    internal static Task<string> Run(string program, params string[] arguments) => Tool.Run(Folder, "", program, arguments);
}
