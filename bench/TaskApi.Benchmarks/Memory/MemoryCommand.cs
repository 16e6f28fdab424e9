using TaskApi.Bench;
using TaskApi.Benchmarks.Engine;
using TaskApi.Benchmarks.Naive;
using TaskApi.Benchmarks.Work;

namespace TaskApi.Benchmarks.Memory;

/// <summary>What a task takes of the managed heap, everything included. Its message has 8 characters.</summary>
internal static class MemoryCommand
{
    private const int TargetBytes = 200;
    private const int WorkTargetBytes = 600;
    private const int FarSeconds = 24 * 3600;

    public static void Run(Arguments arguments)
    {
        var count = arguments.Number("count", 1_000_000);
        var target = $"≤ {TargetBytes}";

        var pending = Measure(count, static (engine, count) => CreateMany(engine, count, FarSeconds, watch: false));
        var completed = Measure(count, Complete);
        var cancelled = Measure(count, Cancel);
        var awaited = count > 1_000_000 ? double.NaN : Measure(count, static (engine, count) => CreateMany(engine, count, FarSeconds, watch: true));
        var work = Measure(count, static (engine, count) => CreateWork(engine, count, FarSeconds));
        var ready = Measure(count, static (engine, count) => CreateWork(engine, count, 0));
        // Last: what it leaves behind goes away by and by, which would be taken for what the others don't need.
        var naive = arguments.Text("naive", "yes") == "yes" ? MeasureNaive(count) : double.NaN;

        var (beside, ratio) = double.IsNaN(naive) ? ("", "") : (Figures.Count(naive), FormattableString.Invariant($"{pending / naive:0.00}"));
        TableRow.Write($"Managed heap per pending task, {Figures.Short(count)}: bytes (beside it: naive)", Figures.Count(pending), beside, ratio, target, pending <= TargetBytes ? "ok" : "**missed**");
        Write("… per completed task", completed);
        Write("… per cancelled task", cancelled);
        if (!double.IsNaN(awaited)) TableRow.Write("… per pending task that somebody awaits", Figures.Count(awaited));
        TableRow.Write($"Managed heap per pending work task with an input of 100 bytes, {Figures.Short(count)}: bytes", Figures.Count(work), $"≤ {WorkTargetBytes}", work <= WorkTargetBytes);
        TableRow.Write("… per work task that waits for its turn", Figures.Count(ready), $"≤ {WorkTargetBytes}", ready <= WorkTargetBytes);

        void Write(string what, double bytes) => TableRow.Write(what, Figures.Count(bytes), target, bytes <= TargetBytes);
    }

    private static double Measure(int count, Action<EngineUnderTest, int> fill)
    {
        using var engine = new EngineUnderTest(TimeSpan.FromHours(1), maxFinished: 100_000_000);
        engine.Create("Hei task", FarSeconds);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        fill(engine, count);
        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / count;
        if (engine.Stats.Created != count + 1) throw new InvalidOperationException("Not all tasks were created.");
        return bytes;
    }

    private static double MeasureNaive(int count)
    {
        var naive = new NaiveStorage();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < count; i++) naive.Create(Message(i), TimeSpan.FromSeconds(FarSeconds));
        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / count;
        naive.Clear();
        return bytes;
    }

    private static void CreateMany(EngineUnderTest engine, int count, double delaySeconds, bool watch)
    {
        for (var i = 0; i < count; i++) engine.Create(Message(i), delaySeconds, watch);
    }

    private static void CreateWork(EngineUnderTest engine, int count, double delaySeconds)
    {
        for (var i = 0; i < count; i++) engine.CreateWork(WorkInput.Of(i), delaySeconds);
    }

    private static void Complete(EngineUnderTest engine, int count)
    {
        CreateMany(engine, count, 0, watch: false);
        SpinWait.SpinUntil(() => engine.Stats.Completed == count);
    }

    private static void Cancel(EngineUnderTest engine, int count)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < count; i++) ids.Add(engine.Create(Message(i), FarSeconds).Id);
        foreach (var id in ids) engine.Cancel(id);
    }

    private static string Message(int number) => FormattableString.Invariant($"{number % 100_000_000:00000000}");
}
