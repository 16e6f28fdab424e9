namespace TaskApi.Tests.Samples;

/// <summary>The example programs of docs/asyncio.md: what they print, and in which order.</summary>
public sealed class CurlSamplesTests(SampleService service) : IClassFixture<SampleService>
{
    private const string Useful = "Doing something useful";
    private const string Prompt = "Task not complete yet. Do you want to cancel it? (y/n) ";

    [Fact]
    public async Task Simple_PrintsOneMessageAfterTheOther()
    {
        var lines = await service.Run("01-simple", scale: 0.05);

        Assert.Equal(["START: HH:MM:SS", "HH:MM:SS Hei", "HH:MM:SS Bye", "END: HH:MM:SS"], lines);
    }

    [Fact]
    public async Task CreateTask_DoesUsefulWorkWhileTheTaskRuns()
    {
        var lines = await service.Run("02-create-task", scale: 0.05);

        Assert.Equal(["START: Hello", Useful, Useful, Useful, Useful, Useful, "END: Hello"], lines);
    }

    [Fact]
    public async Task SeveralTasks_AwaitsThemOneByOne()
    {
        var lines = await service.Run("03-several-tasks", scale: 0.05);

        Assert.Equal(
            [
                "START: Bonjour", "START: Bore da", "START: Hei hei", Useful, Useful, Useful, Useful, Useful,
                "Waiting for the first task", "END: Bonjour",
                "Waiting for the second task", "END: Bore da",
                "Waiting for the third task", "END: Hei hei",
            ],
            lines);
    }

    [Fact]
    public async Task Gather_WaitsForAllTasksTogether()
    {
        var lines = await service.Run("04-gather", scale: 0.05);

        // The tasks end while the program does other things: on a busy machine, at any of its steps.
        Assert.Equal(["START: Bonjour", "START: Bore da", "START: Hei hei"], lines[..3]);
        Assert.Equal([Useful, Useful, Useful, Useful, Useful, "Waiting for all of the tasks"], lines[3..].Where(static line => !line.StartsWith("END", StringComparison.Ordinal)));
        Assert.Equal(["END: Bonjour", "END: Bore da", "END: Hei hei"], lines[3..].Where(static line => line.StartsWith("END", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Result_IsPrintedTwice()
    {
        var lines = await service.Run("05-result", scale: 0.05);

        Assert.Equal(["HH:MM:SS Bonjour", "HH:MM:SS Bonjour"], lines);
    }

    [Fact]
    public async Task Polling_DoesUsefulWorkUntilThereIsAResult()
    {
        var lines = await service.Run("06-polling", scale: 0.3);

        Assert.Equal(Useful, lines[0]);
        Assert.Equal([Useful, "HH:MM:SS Bonjour"], lines.Distinct());
        Assert.Equal("HH:MM:SS Bonjour", lines[^1]);
    }

    [Fact]
    public async Task Cancel_Yes_CancelsInMidFlight()
    {
        var lines = await service.Run("07-cancel", scale: 1, input: "n\ny\n");

        Assert.Equal([$"{Prompt}n", $"{Prompt}y", "Cancelling the task"], lines);
    }

    [Fact]
    public async Task Cancel_No_EndsWithTheResult()
    {
        var lines = await service.Run("07-cancel", scale: 0.3);

        Assert.Equal([$"{Prompt}n", "HH:MM:SS Bonjour"], lines.Distinct());
        Assert.Equal("HH:MM:SS Bonjour", lines[^1]);
    }

    [Fact]
    public async Task GatherResults_KeepsTheOrderAskedFor()
    {
        var lines = await service.Run("08-gather-results", scale: 0.1);

        Assert.Equal(
            [
                "Gathering the results", "HH:MM:SS Bonjour", "HH:MM:SS Bore da", "HH:MM:SS Hei hei",
                "Gathering what there is, exceptions too", "Bonjour: timeout", "HH:MM:SS Bore da", "HH:MM:SS Hei hei",
            ],
            lines);
    }

    [Fact]
    public async Task WaitFirstCompleted_CancelsTheOthers()
    {
        var lines = await service.Run("09-wait-first-completed", scale: 1);

        Assert.Equal(["They are off", "Finished: Hare", "Cancelled: Tortoise", "Cancelled: Snail"], lines);
    }

    [Fact]
    public async Task AsCompleted_PrintsResultsAsTheyCome()
    {
        var lines = await service.Run("10-as-completed", scale: 0.5);

        Assert.Equal(["HH:MM:SS first", "HH:MM:SS second", "HH:MM:SS third"], lines);
    }

    [Fact]
    public async Task Timeout_OfTheTaskCancelsItAndOfTheWaitDoesNot()
    {
        var lines = await service.Run("11-timeout", scale: 1);

        Assert.Equal(["Too slow: cancelled (timeout)", "Unhurried: pending", "Unhurried: completed"], lines);
    }
}
