using TaskApi.Bench;
using TaskApi.Benchmarks.Engine;

namespace TaskApi.Benchmarks.Memory;

/// <summary>Creates, completes and forgets tasks in sequence: the heap must end where it began, and no pause grow with what is forgotten.</summary>
internal static class GarbageCommand
{
    private const int Rounds = 10;
    private const double Allowed = 1.1;
    private const int Fewer = 10;
    private const double NegligibleMs = 5;
    private static readonly TimeSpan _retention = TimeSpan.FromMilliseconds(500);

    public static void Run(Arguments arguments)
    {
        var count = arguments.Number("count", 10_000_000);
        using var pauses = new GcPauses();
        using var engine = new EngineUnderTest(_retention, maxFinished: 1_000_000);
        Cycle(engine, count / Rounds);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var few = LongestPauseMs(engine, pauses, count / Rounds / Fewer);
        var many = LongestPauseMs(engine, pauses, count / Rounds);
        var after = GC.GetTotalMemory(forceFullCollection: true);

        TableRow.Write(
            $"Managed heap before and after {Figures.Short(count)} tasks created, completed and forgotten",
            $"{Figures.Mib(before)}, {Figures.Mib(after)}",
            $"≤ {Allowed:0.0} of before",
            after <= before * Allowed);
        TableRow.Write(
            $"… longest gen-2 pause, {Figures.Short(count / Rounds / Fewer)} at a time and {Figures.Short(count / Rounds)} at a time",
            $"{Figures.Ms(few)}, {Figures.Ms(many)}",
            $"≤ twice as long, or {Figures.Ms(NegligibleMs)}",
            many <= Math.Max(2 * few, NegligibleMs));
    }

    private static double LongestPauseMs(EngineUnderTest engine, GcPauses pauses, int atATime)
    {
        pauses.Reset();
        for (var round = 0; round < Rounds; round++)
        {
            Cycle(engine, atATime);
            GC.Collect(2, GCCollectionMode.Default, blocking: false);
        }

        GcPauses.Settle();
        return pauses.LongestMs(2);
    }

    private static void Cycle(EngineUnderTest engine, int count)
    {
        for (var i = 0; i < count; i++) engine.Create("Hei task", 0);
        SpinWait.SpinUntil(() => engine.Stats.Pending == 0);
        Task.Delay(_retention + _retention, TimeProvider.System).Wait();
    }
}
