namespace TaskApi.Tests.Samples;

/// <summary>The example programs of docs/asyncio.md in Python, against the service: they print what their originals do.</summary>
public sealed class PythonSamplesTests(SampleService service) : IClassFixture<SampleService>
{
    private const string Useful = "Doing something useful";
    private const string Prompt = "Task not complete yet. Do you want to cancel it? (y/n) ";

    private static readonly string[] _threeTasks = ["START: Bonjour", "START: Bore da", "START: Hei hei", "END: Bonjour", "END: Bore da", "END: Hei hei"];

    [Fact]
    public async Task Simple_PrintsOneMessageAfterTheOther()
    {
        using var worker = SampleWorker.OfProgram(service, "01_simple");
        var lines = await Run("01_simple", scale: 0.05);

        Assert.Equal(["START: HH:MM:SS", "END: HH:MM:SS"], lines);
        Assert.Equal(["HH:MM:SS Hei", "HH:MM:SS Bye"], worker.Take(2));
    }

    [Fact]
    public async Task CreateTask_DoesUsefulWorkWhileTheTaskRuns()
    {
        using var worker = SampleWorker.OfProgram(service, "02_create_task");
        var lines = await Run("02_create_task", scale: 0.05);

        Assert.Equal([Useful, Useful, Useful, Useful, Useful], lines);
        Assert.Equal(["START: Hello", "END: Hello"], worker.Take(2));
    }

    [Fact]
    public async Task SeveralTasks_AwaitsThemOneByOne()
    {
        using var worker = SampleWorker.OfProgram(service, "03_several_tasks");
        var lines = await Run("03_several_tasks", scale: 0.1);

        Assert.Equal([Useful, Useful, Useful, Useful, Useful, "Waiting for the first task", "Waiting for the second task", "Waiting for the third task"], lines);
        Assert.Equal(_threeTasks, worker.Take(6));
    }

    [Fact]
    public async Task Gather_WaitsForAllTasksTogether()
    {
        using var worker = SampleWorker.OfProgram(service, "04_gather");
        var lines = await Run("04_gather", scale: 0.1);

        Assert.Equal([Useful, Useful, Useful, Useful, Useful, "Waiting for all of the tasks"], lines);
        Assert.Equal(_threeTasks, worker.Take(6));
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

    [Fact]
    public async Task Rows_AreAddedUpByWorkers_InAnyOrder()
    {
        using var worker = SampleWorker.OfProgram(service, "08_rows");
        var lines = await Run("08_rows", scale: 1);

        Assert.EndsWith($"\r[{new string('#', 40)}] 100,000 rows", lines[0], StringComparison.Ordinal);
        Assert.Equal(200, lines[0].Count(static character => character == '\r'));
        Assert.Equal(["Bergen    7,134,545", "Cardiff   7,135,127", "Lyon      7,135,709", "Porto     7,136,291", "Tartu     7,136,873", "Turku     7,136,455", "Vaduz     7,135,000"], lines[1..]);
    }

    [Fact]
    public async Task Connections_AThousandAtOnce_AreAllAnswered()
    {
        using var worker = SampleWorker.OfProgram(service, "09_connections");
        var lines = await Run("09_connections", scale: 0.2);

        Assert.Equal("The first says 'This is /0', the last 'This is /999'", lines[0]);
        Assert.StartsWith("1,000 answers, for each of which 0.4 seconds were waited, in ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flow_RunsEachStepAfterThoseBefore_AndTakesBackWhatWasDone()
    {
        using var worker = SampleWorker.OfProgram(service, "12_flow");
        var lines = await Run("12_flow", scale: 1);

        Assert.Equal(["18 words in 3 lines", "Booked: ['the flight', 'ValueError', 'CancelledError']", "Taken back: ['the flight']"], lines);
    }

    [Fact]
    public async Task Cpu_HeavyWork_LetsTheWorkerAnswer_AndCanBeCancelled()
    {
        using var worker = SampleWorker.OfProgram(service, "10_cpu");
        var lines = await Run("10_cpu", scale: 1);

        const string Counted = "9,592 primes below 100,000; the worker went on answering: True";
        Assert.Equal([Counted, Counted, "Cancelled in mid-flight: ['that takes too long', 'that takes too long']"], lines);
    }

    [Fact]
    public async Task Approval_IsGivenOrRefusedFromElsewhere()
    {
        var lines = await Run("11_approval", scale: 1);

        Assert.Equal(["4.2 waits for approval", "4.3 waits for approval", "4.2 is deployed: Ada says yes", "4.3 stays where it is: not on a Friday"], lines);
    }

    private Task<string[]> Run(string program, double scale, string input = "") => service.RunPython([$"{program}.py"], scale, input);
}
