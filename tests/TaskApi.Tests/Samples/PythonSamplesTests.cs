namespace TaskApi.Tests.Samples;

/// <summary>The example programs of docs/asyncio.md in Python, against the service: they print what their originals do.</summary>
public sealed class PythonSamplesTests(SampleService service) : IClassFixture<SampleService>
{
    private const string Useful = "Doing something useful";
    private const string Prompt = "Task not complete yet. Do you want to cancel it? (y/n) ";

    [Fact]
    public async Task Simple_PrintsOneMessageAfterTheOther()
    {
        var lines = await Run("01_simple", scale: 0.05);

        Assert.Equal(["START: HH:MM:SS", "HH:MM:SS Hei", "HH:MM:SS Bye", "END: HH:MM:SS"], lines);
    }

    [Fact]
    public async Task CreateTask_DoesUsefulWorkWhileTheTaskRuns()
    {
        var lines = await Run("02_create_task", scale: 0.05);

        Assert.Equal(["START: Hello", Useful, Useful, Useful, Useful, Useful, "END: Hello"], lines);
    }

    [Fact]
    public async Task SeveralTasks_AwaitsThemOneByOne()
    {
        var lines = await Run("03_several_tasks", scale: 0.1);

        // The tasks print by themselves: on a busy machine, at any of the program's steps.
        Assert.Equal(["START: Bonjour", "START: Bore da", "START: Hei hei"], lines[..3]);
        Assert.Equal(
            [Useful, Useful, Useful, Useful, Useful, "Waiting for the first task", "Waiting for the second task", "Waiting for the third task"],
            lines[3..].Where(static line => !IsEnd(line)));
        Assert.Equal(["END: Bonjour", "END: Bore da", "END: Hei hei"], lines.Where(IsEnd));
        Assert.Equal("END: Hei hei", lines[^1]);
    }

    [Fact]
    public async Task Gather_WaitsForAllTasksTogether()
    {
        var lines = await Run("04_gather", scale: 0.1);

        Assert.Equal(["START: Bonjour", "START: Bore da", "START: Hei hei"], lines[..3]);
        Assert.Equal([Useful, Useful, Useful, Useful, Useful, "Waiting for all of the tasks"], lines[3..].Where(static line => !IsEnd(line)));
        Assert.Equal(["END: Bonjour", "END: Bore da", "END: Hei hei"], lines.Where(IsEnd));
        Assert.Equal("END: Hei hei", lines[^1]);
    }

    [Fact]
    public async Task Result_IsPrintedTwice()
    {
        var lines = await Run("05_result", scale: 0.05);

        Assert.Equal(["HH:MM:SS Bonjour", "HH:MM:SS Bonjour"], lines);
    }

    [Fact]
    public async Task Polling_DoesUsefulWorkUntilThereIsAResult()
    {
        var lines = await Run("06_polling", scale: 0.3);

        Assert.Equal([Useful, "HH:MM:SS Bonjour"], lines.Distinct());
        Assert.Equal("HH:MM:SS Bonjour", lines[^1]);
    }

    [Fact]
    public async Task Cancel_Yes_CancelsInMidFlight()
    {
        var lines = await Run("07_cancel", scale: 1, "n\ny\n");

        Assert.Equal([$"{Prompt}{Prompt}Cancelling the task"], lines);
    }

    [Fact]
    public async Task Cancel_YesAtOnce_ReachesTheServiceBeforeTheProgramEnds()
    {
        await Run("07_cancel", scale: 123, "y\n");

        using var client = new HttpClient { BaseAddress = service.Address };
        var pending = await client.GetStringAsync(new Uri("/tasks?status=pending", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.DoesNotContain("\"delaySeconds\":1230", pending, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_No_EndsWithTheResult()
    {
        var lines = await Run("07_cancel", scale: 0.1, string.Concat(Enumerable.Repeat("n\n", 100)));

        Assert.Equal("HH:MM:SS Bonjour", Assert.Single(lines).Replace(Prompt, "", StringComparison.Ordinal));
    }

    private static bool IsEnd(string line) => line.StartsWith("END", StringComparison.Ordinal);

    private Task<string[]> Run(string program, double scale, string input = "") => service.RunPython([$"{program}.py"], scale, input);
}
