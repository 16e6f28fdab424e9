using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Commands;

/// <summary>What the service costs while nothing is due.</summary>
internal static class IdleCommand
{
    private const double Target = 0.02;
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(ServerProcess process, Arguments arguments, CancellationToken cancellationToken)
    {
        await Clock.DelayAsync(_settling, cancellationToken);
        var (mark, before) = (Clock.Mark(), process.ProcessorTime);
        await Clock.DelayAsync(TimeSpan.FromSeconds(arguments.Number("seconds", 20)), cancellationToken);
        var share = (process.ProcessorTime - before) / Clock.Since(mark);
        TableRow.Write("Idle, nothing due", Figures.Percent(share) + " of a core", "< " + Figures.Percent(Target), share < Target);
    }
}
