using System.Reflection;
using TaskApi.Client;
using TaskApi.Tests.Samples;

namespace TaskApi.Tests.Client;

/// <summary>What is written about the client is so.</summary>
public sealed class ClientDocsTests : ClientTests
{
    [Fact]
    public async Task Readme_ItsExample_RunsAsItIsShown()
    {
        var source = RepositoryFile.Read("tests/TaskApi.Tests/Client/ReadmeExample.cs").Split('\n');
        var shown = source.SkipWhile(static line => line != "        // README").Skip(1).TakeWhile(static line => line != "        // END")
            .Select(static line => line.Length > 8 ? line[8..] : "");
        var running = ReadmeExample.Run(Tasks);
        await Clock.TimerArmed(LongPoll);
        Clock.Advance(Seconds(10));
        await Clock.TimerArmed(LongPoll);
        Clock.Advance(Seconds(2));

        Assert.Equal(
            ["False", "10:00:10 Bonjour", "10:00:12 Bore da", "10:00:11 Hei hei", "Hei hei has completed", "Bore da has completed", "Cancelled: changed my mind"],
            (await running).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'));
        Assert.Contains($"```csharp\n{string.Join('\n', shown)}\n```", RepositoryFile.Read("src/TaskApi.Client/README.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Method_OfTheClient_IsInThePageAboutClients()
    {
        var page = RepositoryFile.Read("docs/clients.md");
        var methods = new[] { typeof(TaskApiClient), typeof(TaskHandle) }
            .SelectMany(static type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(static method => !method.IsSpecialName).Select(static method => method.Name).Distinct().ToList();

        Assert.NotEmpty(methods);
        Assert.All(methods, method => Assert.Contains($"`{method}", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Library_AnyReference_IsTheFrameworkTheHttpClientFactoryOrTheAbstractions()
    {
        var references = typeof(TaskApiClient).Assembly.GetReferencedAssemblies().Select(static reference => reference.Name!);

        Assert.All(references, static name => Assert.True(name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || name is "TaskApi.Abstractions" or "TaskApi.Handlers", name));
    }
}
