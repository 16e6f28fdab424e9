using System.Globalization;
using System.Text;
using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Commands;

/// <summary>
/// How late tasks are created by schedules that are all due in the same second, and what schedules cost that aren't due. For a fresh process. --where
/// says which; --p99 is the target in milliseconds, 0 if there is none.
/// </summary>
internal static class SchedulesCommand
{
    private const int Connections = 16;

    public static async Task RunAsync(Service service, ServerProcess process, Arguments arguments, CancellationToken cancellationToken)
    {
        var (idle, due, target) = (arguments.Number("idle", 90_000), arguments.Number("due", 10_000), arguments.Number("p99", 100));
        var where = arguments.Text("where", "");
        if (idle > 0)
        {
            await PutAsync(service, "idle", idle, Clock.Now.AddDays(1), cancellationToken);
            TableRow.Write($"{Figures.Count(idle)} schedules that aren't due", "");
            await IdleCommand.RunAsync(process, arguments, cancellationToken);
        }

        // A second for 500: each is a call of its own. All are read before they come due, as in a service that has been in use since, where garbage
        // collections don't have to move what was put a moment ago.
        var at = Clock.WholeSecondAfter(TimeSpan.FromSeconds(15 + (due / 500)));
        await PutAsync(service, "due", due, at, cancellationToken);
        var planned = 0;
        await foreach (var next in service.ListNextAsync(cancellationToken)) planned += next == at ? 1 : 0;
        if (planned != due) throw new InvalidDataException($"{planned} of {due} schedules say that they are due at {at:O}.");
        if (Clock.Now > at.AddSeconds(-1)) throw new InvalidDataException("Putting the schedules took too long.");
        await Clock.DelayUntilAsync(at.AddSeconds(-0.5), cancellationToken);
        using var hiccups = new Hiccups();
        var lateness = new Sample();
        while (lateness.Count < due)
        {
            await Clock.DelayAsync(TimeSpan.FromSeconds(2), cancellationToken);
            lateness = new Sample();
            await foreach (var task in service.ListCompletedAsync("due", cancellationToken)) lateness.Add((task.CreatedAt - at).TotalMilliseconds);
        }

        var machine = hiccups.Stop();
        var p99 = lateness.At(0.99);
        var what = $"{Figures.Count(due)} schedules due in the same second{where}: their tasks created, late, p99";
        var figure = $"{Figures.Ms(p99)} (p50 {Figures.Ms(lateness.At(0.5))}, max {Figures.Ms(lateness.Max)})";
        if (target == 0) TableRow.Write(what, figure);
        else TableRow.Write(what, figure, "≤ " + Figures.Ms(target), p99 <= target);
        TableRow.Write("… a thread beside it that only sleeps, late", machine);
        TableRow.Write("… the earliest; how many", $"{Figures.Ms(lateness.Min)}; {Figures.Count(lateness.Count)}", "never early; each once", lateness.Min >= 0 && lateness.Count == due);
    }

    private static Task PutAsync(Service service, string name, int count, DateTimeOffset startAt, CancellationToken cancellationToken)
    {
        var start = startAt.ToString("O", CultureInfo.InvariantCulture);
        var body = $$$"""{"everySeconds":86400,"startAt":"{{{start}}}","task":{"message":"tick","group":"{{{name}}}"}}""";
        return Task.WhenAll(Enumerable.Range(0, Connections).Select(async first =>
        {
            using var connection = await service.ConnectAsync(cancellationToken);
            for (var number = first; number < count; number += Connections)
            {
                await connection.SendAsync(HttpRequests.Make("PUT", $"/schedules/{name}-{number}", body), cancellationToken);
                var answer = await connection.ReadAnswerAsync(cancellationToken);
                if (answer.Status != 201) throw new InvalidDataException($"A schedule was answered {answer.Status}: {Encoding.UTF8.GetString(answer.Body.Span)}");
            }
        }));
    }
}
