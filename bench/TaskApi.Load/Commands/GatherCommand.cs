using System.Globalization;
using System.Text;
using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Commands;

/// <summary>What gathers cost, and whether many of them hold up the timer.</summary>
internal static class GatherCommand
{
    private const int Large = 10_000;
    private const int Shared = 1000;
    private const int DuePerSecond = 1000;

    public static async Task RunAsync(Service service, Arguments arguments, CancellationToken cancellationToken)
    {
        var callers = arguments.Number("callers", 1000);
        await GatherAsync(service, Shared, 1, cancellationToken);
        var one = await GatherAsync(service, Large, 1, cancellationToken);
        TableRow.Write($"Gather of {Figures.Count(Large)} tasks that finish together: from due to the answer in hand", Figures.Ms(one.Max));

        var many = await GatherAsync(service, Shared, callers, cancellationToken);
        TableRow.Write($"{Figures.Count(callers)} gathers of the same {Figures.Count(Shared)} tasks: first and last answer after due", $"{Figures.Ms(many.Min)}, {Figures.Ms(many.Max)}");
        var others = new Sample();
        await foreach (var task in service.ListCompletedAsync(Others(callers), cancellationToken)) others.Add((task.FinishedAt!.Value - task.DueAt).TotalMilliseconds);
        TableRow.Write($"… lateness meanwhile of {Figures.Count(others.Count)} others, {Figures.Count(DuePerSecond)} due/s, in whole ms", $"p99 {others.At(0.99):0} ms, max {others.Max:0} ms");
    }

    private static async Task<Sample> GatherAsync(Service service, int tasks, int callers, CancellationToken cancellationToken)
    {
        var dueAt = Clock.WholeSecondAfter(TimeSpan.FromSeconds(callers > 1 ? 6 : 3));
        var ids = new List<string>(tasks);
        var lines = new StringBuilder();
        for (var i = 0; i < tasks; i++)
            lines.Append(CultureInfo.InvariantCulture, $"{{\"message\":\"gathered\",\"dueAt\":\"{dueAt.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\"}}\n");
        var chunk = HttpRequests.Chunk(Encoding.UTF8.GetBytes(lines.ToString()));
        await TaskStream.CreateAsync(service.Url, [chunk], (_, task) => ids.Add(TaskAnswer.IdOf(task)), cancellationToken);
        await TaskStream.CreateAsync(service.Url, TaskLines.WithDueTimes(5 * DuePerSecond, dueAt.AddSeconds(-1), DuePerSecond, Others(callers)), onTask: null, cancellationToken);

        var request = HttpRequests.Make("POST", "/tasks/gather", $"{{\"ids\":[\"{string.Join("\",\"", ids)}\"]}}");
        var latency = new Sample();
        var gathers = new Task[callers];
        for (var i = 0; i < callers; i++)
            gathers[i] = Task.Run(() => GatherAsync(service, request, dueAt, latency, cancellationToken), cancellationToken);
        await Task.WhenAll(gathers);
        await Clock.DelayUntilAsync(dueAt.AddSeconds(5), cancellationToken);
        return latency;
    }

    private static string Others(int callers) => $"beside-{callers}";

    private static async Task GatherAsync(Service service, byte[] request, DateTimeOffset dueAt, Sample latency, CancellationToken cancellationToken)
    {
        var answer = await service.CallAsync(request, cancellationToken);
        if (answer.Status != 200) throw new InvalidDataException($"POST /tasks/gather answered {answer.Status}.");
        latency.Add((Clock.Now - dueAt).TotalMilliseconds);
    }
}
