using TaskApi.Bench;
using TaskApi.Load.Commands;
using TaskApi.Load.Http;

namespace TaskApi.Load.Soak;

/// <summary>A mixed load for a while: no error, no leak, every task accounted for.</summary>
internal static class SoakCommand
{
    private const int Subscribers = 5;
    private const int Workers = 6;
    private const int Handled = 4;
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(10);

    public static async Task<bool> RunAsync(Service service, ServerProcess process, Arguments arguments, CancellationToken cancellationToken)
    {
        var duration = TimeSpan.FromSeconds(arguments.Number("seconds", 300));
        var ledger = new SoakLedger();
        var health = new SoakHealth(process);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var subscribers = new EventSubscriber[Subscribers];
        for (var i = 0; i < Subscribers; i++) subscribers[i] = await EventSubscriber.OpenAsync(service, timed: false, cancellationToken);
        var reading = subscribers.Select(subscriber => subscriber.ReadAsync(leaving.Token)).ToArray();

        var end = Clock.Now + duration;
        var habits = SoakClient.Habits.SelectMany(static habit => Enumerable.Repeat(habit.Act, habit.Clients));
        if (arguments.Text("handlers", "no") == "yes") habits = habits.Concat(Enumerable.Repeat(SoakCreators.HandleAsync, Handled));
        var clients = habits.Select((act, seed) => Task.Run(() => RepeatAsync(service, ledger, act, seed, end, cancellationToken), cancellationToken)).ToArray();
        // They work until nothing is left to do.
        var workers = Enumerable.Range(0, Workers).Select(number => Task.Run(() => RepeatAsync(
            service, ledger, (client, token) => new SoakWorker(client, $"soak-{number}").WorkAsync(service, token), 100 + number, DateTimeOffset.MaxValue, leaving.Token), cancellationToken)).ToArray();
        await health.WatchAsync(end, cancellationToken);
        await Task.WhenAll(clients);

        Stats stats;
        while ((stats = await service.GetStatsAsync(cancellationToken)) is { Pending: > 0 } or { Running: > 0 }) await Clock.DelayAsync(TimeSpan.FromSeconds(1), cancellationToken);
        await Clock.DelayAsync(TimeSpan.FromSeconds(1), cancellationToken);
        await leaving.CancelAsync();
        await Task.WhenAll([.. reading, .. workers]);
        await Clock.DelayAsync(_rest, cancellationToken);

        foreach (var error in ledger.Errors) await Console.Error.WriteLineAsync(error);
        TableRow.Write($"Soak for {duration.TotalSeconds:0} s: calls", $"{Figures.Count(ledger.Calls)}, {ledger.Failures} not as they should be", "none", ledger.Failures == 0);
        var accounted = stats.Created == ledger.Created && stats.Cancelled == ledger.Cancelled && stats.Failed == ledger.Failed && stats.Completed == ledger.Created - ledger.Cancelled - ledger.Failed;
        TableRow.Write(
            "… tasks created = completed + cancelled + failed, by the clients' ledger and by the service",
            $"{Figures.Count(ledger.Created)}, {Figures.Count(stats.Created)} = {Figures.Count(stats.Completed)} + {Figures.Count(stats.Cancelled)} + {Figures.Count(stats.Failed)}",
            "all accounted for",
            accounted);
        var isExact = ledger.ResultsTaken == ledger.WorkCompleted;
        TableRow.Write("… results that workers told, and that were taken = tasks with work that completed", $"{Figures.Count(ledger.ResultsTaken)} = {Figures.Count(ledger.WorkCompleted)}", "the same", isExact);
        var told = subscribers.All(subscriber => subscriber.Creations == ledger.Created && subscriber.Gaps == 0);
        TableRow.Write($"… creations that {Subscribers} subscribers were told of", string.Join(", ", subscribers.Select(static subscriber => Figures.Count(subscriber.Creations))), "all", told);
        return health.Write() & accounted & isExact & told & ledger.Failures == 0;
    }

    private static async Task RepeatAsync(
        Service service, SoakLedger ledger, Func<SoakClient, CancellationToken, Task> act, int seed, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        while (Clock.Now < end)
        {
            try
            {
                using var connection = await service.ConnectAsync(cancellationToken);
                var client = new SoakClient(service, ledger, connection, random);
                while (Clock.Now < end) await act(client, cancellationToken);
            }
            catch (OperationCanceledException) when (end == DateTimeOffset.MaxValue)
            {
                return;
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException or System.Net.Sockets.SocketException)
            {
                ledger.AddFailure(exception.Message);
                await Clock.DelayAsync(TimeSpan.FromSeconds(1), cancellationToken);
            }
        }
    }
}
