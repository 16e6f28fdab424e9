using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Soak;

/// <summary>Watches what a service takes of its machine while it is under load.</summary>
internal sealed class SoakHealth(ServerProcess process)
{
    private const double AllowedGrowth = 1.2;
    private const int AllowedThreads = 10;
    private const int AllowedHandles = 10;
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    private readonly List<long> _resident = [];
    private readonly (int Threads, int Handles) _before = (process.Threads, process.Handles);

    /// <summary>Looks every second, until an instant.</summary>
    public async Task WatchAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        while (Clock.Now < until)
        {
            await Clock.DelayAsync(_interval, cancellationToken);
            _resident.Add(process.ResidentBytes);
        }
    }

    /// <summary>Writes what became of it, the load being over; true if nothing leaks.</summary>
    public bool Write()
    {
        // The first quarter warms up. Medians, as a collection may be due at any moment.
        var quarter = _resident.Count / 4;
        var (early, late) = (Median(_resident[quarter..(2 * quarter)]), Median(_resident[^quarter..]));
        var isFlat = late <= early * AllowedGrowth;
        TableRow.Write("… resident memory in the second and in the last quarter", $"{Figures.Mib(early)}, {Figures.Mib(late)}", $"≤ {AllowedGrowth:0.0} of the second", isFlat);
        var (threads, handles) = (process.Threads, process.Handles);
        var isClean = threads <= _before.Threads + AllowedThreads && handles <= _before.Handles + AllowedHandles;
        TableRow.Write("… threads and handles, before and after", $"{_before.Threads} and {_before.Handles}, {threads} and {handles}", $"≤ {AllowedHandles} more of each", isClean);
        return isFlat & isClean;
    }

    private static long Median(List<long> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
