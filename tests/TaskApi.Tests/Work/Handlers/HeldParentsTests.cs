using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Handlers;
using TaskApi.Engine.Ports;
using TaskApi.Handlers;
using static TaskApi.Tests.Work.Handlers.HandlerFixture;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>What the process keeps of the tasks that those of its handlers have waited for.</summary>
public sealed class HeldParentsTests
{
    // With what there is to a result, two have room, and three don't.
    private const long RoomForTwo = 3_000;

    private readonly FakeParents _parents = new();
    private readonly ConcurrentQueue<ParentTask> _seen = new();
    private readonly Barrier _barrier = new();

    private static string Long => $"\"{new string('x', 1_000)}\"";

    [Fact]
    public async Task Parent_OfManyTasks_IsReadAndHeldOnce()
    {
        await using var fixture = Fixture();
        var parent = _parents.Add(Long);
        var (first, second) = (fixture.Work.Add("test", after: parent), fixture.Work.Add("test", after: parent));
        await _barrier.Arrival();
        await _barrier.Arrival();
        _barrier.Open();
        await fixture.Work.OutcomeOf(first);
        await fixture.Work.OutcomeOf(second);

        Assert.Equal(2, _seen.Count);
        Assert.All(_seen, seen => Assert.Same(_seen.First(), seen));
        Assert.Equal(1, _parents.Looks);
    }

    [Fact]
    public async Task Parents_ThatThereIsNoRoomFor_AreWaitedFor()
    {
        await using var fixture = Fixture(RoomForTwo);
        var tasks = Enumerable.Range(0, 3).Select(_ => fixture.Work.Add("test", after: _parents.Add(Long))).ToArray();
        await _barrier.Arrival();
        await _barrier.Arrival();

        Assert.Equal(tasks[2], await fixture.Work.Returned());
        Assert.Equal(0, _barrier.Arrived);
        _barrier.Open();

        foreach (var task in tasks) Assert.Equal("1", ResultOf(await fixture.Work.OutcomeOf(task)));
    }

    [Fact]
    public async Task Parents_OfAnAttemptThatIsOver_AreHeldNoMore()
    {
        await using var fixture = Fixture(RoomForTwo);
        var parents = new[] { _parents.Add(Long), _parents.Add(Long) };
        var first = fixture.Work.Add("test", after: parents);
        await _barrier.Arrival();
        fixture.Work.RequestCancel(first);
        await fixture.Work.OutcomeOf(first);

        var second = fixture.Work.Add("test", after: [_parents.Add(Long), _parents.Add(Long)]);
        await _barrier.Arrival();
        _barrier.Open();

        Assert.Equal("2", ResultOf(await fixture.Work.OutcomeOf(second)));
    }

    [Fact]
    public async Task Parents_ThatAreTooLongByThemselves_AreAnErrorOfWhoAsksForThem()
    {
        var parents = new[] { _parents.Add(Long), _parents.Add(Long), _parents.Add(Long) };
        await using var fixture = new HandlerFixture(
            services => Register(services).AddHandlerDelegate(static (string input, TaskContext context) => input == "ask" ? context.Parents.Count : -1, "test", configure: null), RoomForTwo);

        var asks = await fixture.Work.OutcomeOf(fixture.Work.Add("test", "\"ask\"", after: parents));
        var doesNot = await fixture.Work.OutcomeOf(fixture.Work.Add("test", "\"\"", after: parents));

        Assert.Equal(("ParentsTooLarge", false), (ErrorOf(asks).Reason, asks.Retry));
        Assert.Equal("-1", ResultOf(doesNot));
    }

    [Fact]
    public async Task Parents_ThatCannotBeRead_AreReadLater()
    {
        await using var fixture = Fixture();
        _barrier.Open();
        _parents.FailOnce(new StorageUnavailableException("The disk is full."));
        var task = fixture.Work.Add("test", after: _parents.Add(Long));

        Assert.Equal(task, await fixture.Work.Returned());
        await fixture.Clock.TimerArmed(TimeSpan.FromSeconds(1));
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("1", ResultOf(await fixture.Work.OutcomeOf(task)));
    }

    [Fact]
    public async Task Parents_OfTasksThatTheServiceRunsItself_AreNotRead()
    {
        await using var fixture = new HandlerFixture(services =>
        {
            Register(services).AddHandlers();
            services.AddSingleton<BuiltInHandler>(new OwnHandler());
        });

        await fixture.Work.OutcomeOf(fixture.Work.Add("own", after: _parents.Add(Long)));

        Assert.Equal(0, _parents.Looks);
    }

    // Answers how many there were.
    private HandlerFixture Fixture(long? parentBytes = null) => new(
        services => Register(services).AddHandlerDelegate(
            async (TaskContext context, CancellationToken cancellationToken) =>
            {
                foreach (var parent in context.Parents) _seen.Enqueue(parent);
                await _barrier.Pass(cancellationToken);
                return context.Parents.Count;
            },
            "test", configure: null),
        parentBytes);

    private IServiceCollection Register(IServiceCollection services) => services.AddSingleton<ITaskQueries>(_parents);

    private sealed class OwnHandler() : BuiltInHandler("own", maxRunning: 1)
    {
        public override ValueTask<HandlerOutcome> RunAsync(HandlerAttempt attempt) => ValueTask.FromResult(HandlerOutcome.Returned("1"u8.ToArray()));
    }
}
