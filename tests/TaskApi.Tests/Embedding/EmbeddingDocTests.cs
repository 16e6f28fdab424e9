using System.Net;
using Microsoft.AspNetCore.Builder;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Samples;

namespace TaskApi.Tests.Embedding;

/// <summary>docs/embedding.md shows code that compiles, and does what it says.</summary>
public sealed class EmbeddingDocTests
{
    [Fact]
    public void Examples_AreInThePageWordForWord()
    {
        var source = RepositoryFile.Read("tests/TaskApi.Tests/Embedding/EmbeddingExamples.cs").Split('\n');
        var page = RepositoryFile.Read("docs/embedding.md");
        var examples = new List<string>();
        for (var start = Array.FindIndex(source, IsStart); start >= 0; start = Array.FindIndex(source, start + 1, IsStart))
        {
            var lines = source.Skip(start + 1).TakeWhile(static line => line.Trim() != "// END").Select(static line => line.Length > 8 ? line[8..] : "");
            examples.Add(string.Join('\n', lines));
        }

        Assert.Equal(6, examples.Count);
        Assert.All(examples, example => Assert.Contains($"```csharp\n{example}\n```", page, StringComparison.Ordinal));

        static bool IsStart(string line) => line.Trim() == "// EXAMPLE";
    }

    [Fact]
    public async Task Handlers_AsShown_RunTasksUnderThePrefix()
    {
        var builder = WebApplication.CreateBuilder(["--Tasks:ShutdownGrace=00:00:00"]);
        EmbeddingExamples.Testing(builder, TimeProvider.System);
        EmbeddingExamples.Handlers(builder);
        await using var program = await EmbeddingProgram.Start(builder);

        var hashed = await program.Send(HttpMethod.Post, "/jobs/tasks?waitSeconds=60", """{"type":"hash","input":"Hei"}""");
        var resized = await program.Send(HttpMethod.Post, "/jobs/tasks?waitSeconds=60", """{"type":"resize","input":{"image":"a.png","width":7}}""");

        Assert.StartsWith("E661B9DD", hashed.IsJson(HttpStatusCode.OK).Text("result"), StringComparison.Ordinal);
        Assert.Equal(7, resized.IsJson(HttpStatusCode.OK).GetProperty("result").Number("bytes"));
    }
}
