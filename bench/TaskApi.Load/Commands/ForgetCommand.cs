using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Commands;

/// <summary>Creates tasks that are due at once and soon forgotten, a tenth at a time: memory must not grow with their number.</summary>
/// <remarks>Needs a service with a short <c>Tasks:Retention</c>.</remarks>
internal static class ForgetCommand
{
    private const int Rounds = 10;
    private const double Allowed = 1.1;
    private static readonly TimeSpan _forgetting = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(Service service, ServerProcess process, Arguments arguments, CancellationToken cancellationToken)
    {
        var count = arguments.Number("count", 10_000_000);
        var resident = new List<long>();
        for (var round = 0; round < Rounds; round++)
        {
            await FillCommand.CreateAsync(service, count / Rounds, streams: 2, fromSeconds: 0, toSeconds: 0, cancellationToken);
            while ((await service.GetStatsAsync(cancellationToken)).Pending > 0) await Clock.DelayAsync(TimeSpan.FromMilliseconds(100), cancellationToken);
            await Clock.DelayAsync(_forgetting, cancellationToken);
            resident.Add(process.ResidentBytes);
            await Console.Error.WriteLineAsync($"Round {round + 1}: {Figures.Mib(resident[^1])}");
        }

        var (first, second) = (resident.Take(Rounds / 2).Max(), resident.Skip(Rounds / 2).Max());
        TableRow.Write(
            $"{Figures.Short(count)} tasks created, completed and forgotten: resident memory at most, first and second half",
            $"{Figures.Mib(first)}, {Figures.Mib(second)}",
            $"≤ {Allowed:0.0} of the first",
            second <= first * Allowed);
    }
}
