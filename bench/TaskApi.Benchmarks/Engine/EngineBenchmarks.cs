using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using TaskApi.Benchmarks.Naive;

namespace TaskApi.Benchmarks.Engine;

/// <summary>The engine beside its naive twin, a million tasks pending in each. What changes the storage is done in chunks.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
[HideColumns("Job", "Error", "StdDev", "Median", "RatioSD", "Gen0", "Gen1", "Gen2", "InvocationCount", "UnrollFactor", "Alloc Ratio")]
public class EngineBenchmarks : IDisposable
{
    private const int Pending = 1_000_000;
    private const int ChunkSize = 100_000;
    private const int Pages = 1000;
    private const int FarSeconds = 24 * 3600;
    private static readonly TimeSpan _far = TimeSpan.FromSeconds(FarSeconds);

    private readonly Guid[] _ids = new Guid[Pending];
    private readonly Guid[] _chunk = new Guid[ChunkSize];
    private EngineUnderTest? _engine;
    private NaiveStorage? _naive;
    private int _next;
    private long _expected;

    [GlobalSetup(Targets = [nameof(Create), nameof(Cancel), nameof(Reschedule), nameof(Fire), nameof(Find), nameof(ListPage)])]
    public void FillEngine()
    {
        _engine = new EngineUnderTest(TimeSpan.Zero, maxFinished: 0);
        for (var i = 0; i < Pending; i++) _ids[i] = _engine.Create("Hei task", FarSeconds + (i % 3600)).Id;
        new Random(1).Shuffle(_ids);
    }

    [GlobalSetup(Targets = [nameof(NaiveCreate), nameof(NaiveCancel), nameof(NaiveReschedule), nameof(NaiveFire), nameof(NaiveFind), nameof(NaiveListPage)])]
    public void FillNaive()
    {
        _naive = new NaiveStorage();
        for (var i = 0; i < Pending; i++) _ids[i] = _naive.Create("Hei task", _far + TimeSpan.FromSeconds(i % 3600)).Id;
        new Random(1).Shuffle(_ids);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _engine?.Dispose();
        _naive?.Clear();
        (_engine, _naive) = (null, null);
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = ChunkSize), BenchmarkCategory("create")]
    public void Create()
    {
        for (var i = 0; i < ChunkSize; i++) _chunk[i] = _engine!.Create("Hei task", FarSeconds).Id;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = ChunkSize), BenchmarkCategory("create")]
    public void NaiveCreate()
    {
        for (var i = 0; i < ChunkSize; i++) _chunk[i] = _naive!.Create("Hei task", _far).Id;
    }

    [IterationSetup(Targets = [nameof(Cancel)])]
    public void PrepareCancel() => Create();

    [Benchmark(OperationsPerInvoke = ChunkSize), BenchmarkCategory("cancel")]
    public void Cancel()
    {
        foreach (var id in _chunk) _engine!.Cancel(id);
    }

    [IterationSetup(Targets = [nameof(NaiveCancel)])]
    public void PrepareNaiveCancel() => NaiveCreate();

    // Forgotten at once, as the engine is told to here.
    [Benchmark(Baseline = true, OperationsPerInvoke = ChunkSize), BenchmarkCategory("cancel")]
    public void NaiveCancel()
    {
        foreach (var id in _chunk)
        {
            _naive!.Cancel(id);
            _naive.Forget(id);
        }
    }

    [Benchmark(OperationsPerInvoke = ChunkSize), BenchmarkCategory("reschedule")]
    public void Reschedule()
    {
        for (var i = 0; i < ChunkSize; i++) _engine!.Reschedule(NextId(), FarSeconds + i);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = ChunkSize), BenchmarkCategory("reschedule")]
    public void NaiveReschedule()
    {
        for (var i = 0; i < ChunkSize; i++) _naive!.Reschedule(NextId(), _far + TimeSpan.FromSeconds(i));
    }

    [IterationSetup(Targets = [nameof(Fire)])]
    public void PrepareFire()
    {
        var dueAt = DueSoon();
        _expected = _engine!.Stats.Completed + ChunkSize;
        for (var i = 0; i < ChunkSize; i++) _engine.Create("Hei task", dueAt);
        SpinUntil(dueAt);
    }

    /// <summary>From a moment before a chunk is due, all at once, until the last has completed.</summary>
    [Benchmark(OperationsPerInvoke = ChunkSize), BenchmarkCategory("fire")]
    public void Fire() => SpinWait.SpinUntil(() => _engine!.Stats.Completed >= _expected);

    [IterationSetup(Targets = [nameof(NaiveFire)])]
    public void PrepareNaiveFire()
    {
        var dueAt = DueSoon();
        _expected = NaiveTask.Completed + ChunkSize;
        for (var i = 0; i < ChunkSize; i++) _chunk[i] = _naive!.Create("Hei task", dueAt - TimeProvider.System.GetUtcNow()).Id;
        SpinUntil(dueAt);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = ChunkSize), BenchmarkCategory("fire")]
    public void NaiveFire() => SpinWait.SpinUntil(() => NaiveTask.Completed >= _expected);

    [IterationCleanup(Targets = [nameof(NaiveFire)])]
    public void ForgetFired()
    {
        foreach (var id in _chunk) _naive!.Forget(id);
    }

    [Benchmark(OperationsPerInvoke = ChunkSize), BenchmarkCategory("find")]
    public void Find()
    {
        for (var i = 0; i < ChunkSize; i++) _engine!.Find(NextId());
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = ChunkSize), BenchmarkCategory("find")]
    public void NaiveFind()
    {
        for (var i = 0; i < ChunkSize; i++) _naive!.Find(NextId());
    }

    [Benchmark(OperationsPerInvoke = Pages), BenchmarkCategory("list 100")]
    public void ListPage()
    {
        for (var i = 0; i < Pages; i++) _engine!.List(100);
    }

    [Benchmark(Baseline = true), BenchmarkCategory("list 100")]
    public int NaiveListPage() => _naive!.List(100).Length;

    // A chunk takes well under half a second to create, on either side.
    private static DateTimeOffset DueSoon() => TimeProvider.System.GetUtcNow().AddSeconds(1);

    private static void SpinUntil(DateTimeOffset dueAt) => SpinWait.SpinUntil(() => TimeProvider.System.GetUtcNow() >= dueAt.AddMilliseconds(-1));

    private Guid NextId() => _ids[_next = (_next + 1) % Pending];
}
