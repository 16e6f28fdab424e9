using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Tests.Embedding;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Samples;

namespace TaskApi.Tests.Programs;

/// <summary>The pages for programs in .NET, and for those who come from elsewhere, show what compiles and runs.</summary>
public sealed partial class ProgramDocsTests(SampleService service) : IClassFixture<SampleService>
{
    private static readonly string[] _sources = ["tests/TaskApi.Tests/Programs/ProgramExamples.cs", "samples/embedded/Embedded.Worker/Program.cs", "samples/embedded/Embedded.Tests/ShopTests.cs"];

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("dotnet", 10)]
    [InlineData("schedules", 2)]
    [InlineData("from-hangfire", 4)]
    [InlineData("from-quartz", 3)]
    public void Examples_OfAPage_AreInTheSourcesWordForWord(string page, int count)
    {
        var sources = string.Join('\n', _sources.Select(RepositoryFile.Read).SelectMany(static source => source.Split('\n')).Select(static line => line.Trim()));
        var examples = CSharp().Matches(RepositoryFile.Read($"docs/{page}.md")).Select(static match => match.Groups["code"].Value).ToList();

        Assert.Equal(count, examples.Count);
        Assert.All(examples, example => Assert.Contains(string.Join('\n', example.Split('\n').Select(static line => line.Trim())), sources, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Examples_InAProgram_DoWhatThePagesSay()
    {
        var builder = WebApplication.CreateBuilder(["--Tasks:ShutdownGrace=00:00:00"]);
        builder.WebHost.UseTestServer();
        var clock = new ManualTimeProvider();
        builder.Services.AddSingleton<TimeProvider>(clock);
        ProgramExamples.Shop(builder);
        await using var program = await EmbeddingProgram.Start(builder);
        var tasks = program.Services.GetRequiredService<ITasks>();

        Assert.Equal([10, 20, 30], await ProgramExamples.Many(tasks, Ended));
        Assert.Equal(30, await ProgramExamples.Gathered(tasks, await tasks.CreateManyAsync([NewTask.Of("invoice", new ProgramExamples.InvoiceInput(1)), NewTask.Of("invoice", new ProgramExamples.InvoiceInput(2))], Ended), Ended));
        var (only, there) = await ProgramExamples.Unique(tasks, Ended);
        await ProgramExamples.Hangfire(tasks, Ended);
        var monday = await ProgramExamples.Schedules(tasks, Ended);
        var report = ProgramExamples.ChangeSchedule(tasks, Ended);
        await ProgramExamples.RecurringJobs(tasks, Ended);
        await ProgramExamples.CronTrigger(tasks, Ended);
        var later = await (await ProgramExamples.Quartz(tasks, clock.GetUtcNow() + TimeSpan.FromHours(1), Ended)).GetAsync(Ended);
        var total = ProgramExamples.Await(tasks, Ended);
        var (dueAt, priority) = (clock.GetUtcNow() + TimeSpan.FromHours(2), 5);
        clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(only.Id, there!.Id);
        Assert.Equal((dueAt, priority), (later.DueAt, later.Priority));
        Assert.Equal(420, await total);
        Assert.Equal(420, (await (await report).ResultAsync<ProgramExamples.InvoiceResult>(cancellationToken: Ended)).Total);
        Assert.Equal((DayOfWeek.Monday, 6), (monday.NextAt[0].DayOfWeek, monday.NextAt[0].Hour));
        Assert.Equal(["invoices", "monday-report"], await tasks.Schedules.ListAsync(Ended).Select(static schedule => schedule.Name).ToListAsync(Ended));
    }

    [Fact]
    public async Task CeleryExample_AsItIsShown_Runs()
    {
        var program = Python().Match(RepositoryFile.Read("docs/from-celery.md")).Groups["code"].Value;
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", program])
        {
            Environment = { ["PYTHONPATH"] = RepositoryFile.PathOf("clients/python"), ["PYTHONDONTWRITEBYTECODE"] = "1", ["TASKAPI_URL"] = service.Address.ToString() },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = python.StandardError.ReadToEndAsync(Ended);

        Assert.Equal(["7", "[3, 5, 7]"], (await python.StandardOutput.ReadToEndAsync(Ended)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Equal("", await errors);
        await python.WaitForExitAsync(Ended);
    }

    [GeneratedRegex("^```csharp\n(?<code>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CSharp();

    [GeneratedRegex("^```python\n(?<code>.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Python();
}
