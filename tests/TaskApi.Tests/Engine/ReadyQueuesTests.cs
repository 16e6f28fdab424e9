using TaskApi.Engine.Memory;
using TaskApi.Engine.Model;
using TaskApi.Engine.Time;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Engine;

/// <summary>Queues with very many tasks, or that are set very often: what is done under one hold of the lock has a bound, and so has what is kept.</summary>
public sealed class ReadyQueuesTests
{
    private const string Name = "q";
    private const int Count = 10 * MemoryTasks.ChunkSize;
    private const int Keys = 50;

    private static readonly QueueSettings _byKey = new() { MaxRunningPerKey = 1 };

    private readonly ManualTimeProvider _time = new();
    private readonly ReadyQueues _ready;
    private readonly WorkKind _kind = new("t", Name, RetryPolicy.Default, AttemptSeconds: null);
    private readonly List<WorkState> _tasks = [];

    public ReadyQueuesTests() => _ready = new ReadyQueues(new QueueBounds(new EngineClock(_time), new WorkOptions()));

    private ReadyQueue Queue => _ready.FindQueue(0, Name)!;

    [Fact]
    public void Set_AnotherBoundOfManyTasks_ArrangesThemAFewAtATime()
    {
        Fill();

        Assert.True(_ready.TrySet(0, Name, _byKey));
        Assert.Equal(Count / MemoryTasks.ChunkSize, Continue());

        Assert.Equal(InOrder(), TakeAll());
    }

    [Fact]
    public void Set_BackToNone_KeepsTheOrder()
    {
        Assert.True(_ready.TrySet(0, Name, _byKey));
        Fill();

        Assert.True(_ready.TrySet(0, Name, settings: null));
        Assert.Equal(Count / MemoryTasks.ChunkSize, Continue());

        Assert.Equal(InOrder(), TakeAll());
    }

    [Fact]
    public void Set_OftenWhileTasksAreArranged_LosesNoneAndKeepsTheOrder()
    {
        Fill();
        for (var i = 0; i < 20; i++)
        {
            Assert.True(_ready.TrySet(0, Name, i % 2 == 0 ? _byKey : null));
            for (var steps = i % 4; steps > 0; steps--) _ready.Arrange(0, Name);
            Assert.Null(Queue.IsArranging ? Queue.First : null);
            Assert.Equal((_tasks.Count, _tasks.Min(static task => task.ReadyAt)), ((int)Queue.Ready, Queue.OldestReadyAt));
            // Some go, some come.
            foreach (var gone in (WorkState[])[_tasks[0], _tasks[_tasks.Count / 2], _tasks[^1]])
            {
                _ready.Remove(gone);
                _tasks.Remove(gone);
            }

            Put(Count + i, key: $"k{i}");
        }

        Continue();

        Assert.Equal(InOrder(), TakeAll());
    }

    [Fact]
    public void Set_AnotherNumberForEachKey_ArrangesNothing()
    {
        Fill();
        Assert.True(_ready.TrySet(0, Name, _byKey));
        Continue();
        var first = Queue.First!;
        _ready.Remove(first);
        _ready.Start(first);
        var held = _tasks.First(task => task != first && task.Key == first.Key);

        foreach (var most in (int[])[2, 1, 3])
        {
            Assert.True(_ready.TrySet(0, Name, new QueueSettings { MaxRunningPerKey = most }));
            Assert.False(Queue.IsArranging);
            Assert.Equal(most > 1, held.Ready!.Lane.Index(LaneOrder.OfQueue) >= 0);
        }
    }

    [Fact]
    public void Set_PausedUntilAgainAndAgain_RemembersFewOpenings()
    {
        for (var i = 0; i < 10_000; i++)
        {
            var until = _time.GetUtcNow().AddDays(1).AddSeconds(i);
            Assert.True(_ready.TrySet(0, $"q{i % 3}", new QueueSettings { Paused = true, PausedUntil = until }));
            Assert.True(_ready.TrySet(0, $"other{i}", new QueueSettings { Paused = true, PausedUntil = until }));
            Assert.True(_ready.TrySet(0, $"other{i}", settings: null));
            Assert.InRange(_ready.Bounds.Opening, 1, 200);
        }

        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(9_999));
        _ready.Open(_ready.Bounds.NextTick + 20_000_000);
        Assert.All(Enumerable.Range(0, 3), i => Assert.True(_ready.FindQueue(0, $"q{i}")!.IsOpen));
    }

    [Fact]
    public void Names_OfManyQueues_ComeInOrderAFewAtATime()
    {
        var expected = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 1_000; i++)
        {
            expected.Add($"q{i * 7919 % 1_000}");
            _ready.EnsureQueue(i % 2 * 3, $"q{i * 7919 % 1_000}");
        }

        var (found, names, owner, after) = (new List<string>(), new string[64], 0, "");
        while (_ready.Names.CopyNext(ref owner, ref after, names) is > 0 and var count) found.AddRange(names.AsSpan(0, count));

        Assert.Equal(expected, found.Order(StringComparer.Ordinal));
        Assert.Equal(500, found.TakeWhile((name, i) => i == 0 || string.CompareOrdinal(found[i - 1], name) < 0).Count());
        Assert.Equal(0, _ready.Names.CopyAfter(2, "", names));
    }

    private int Continue()
    {
        var calls = 1;
        for (; !_ready.Arrange(0, Name); calls++) Assert.True(Queue.First is null && calls < 100);
        Assert.False(Queue.IsArranging);
        return calls;
    }

    private void Fill()
    {
        for (var i = 0; i < Count; i++) Put(i, i % 3 == 0 ? null : $"k{i % Keys}");
    }

    private void Put(int number, string? key)
    {
        var work = new WorkState(number + 1, 0) { Kind = _kind, Queue = _ready.EnsureQueue(0, Name), Key = key, Priority = (sbyte)(number % 4) };
        _ready.Put(work, 1_000 + (number * 7919 % Count));
        _tasks.Add(work);
    }

    private IEnumerable<long> InOrder() => _tasks.OrderByDescending(static task => task.Priority).ThenBy(static task => task.ReadyAt).ThenBy(static task => task.Sequence).Select(static task => task.Sequence);

    private List<long> TakeAll()
    {
        var taken = new List<long>();
        while (Queue.First is { } work)
        {
            _ready.Remove(work);
            taken.Add(work.Sequence);
        }

        return taken;
    }
}
