using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Ports;

/// <summary>What a storage tells an <see cref="ITaskObserver"/>.</summary>
public sealed class ObserverTests : PortTests
{
    private readonly Observer _observer;

    public ObserverTests()
        : this(new Observer())
    {
    }

    private ObserverTests(Observer observer)
        : base(services => services.AddSingleton<ITaskObserver>(observer)) => _observer = observer;

    [Fact]
    public async Task Create_ByACallThatIsFollowed_TellsOfEachTaskWithItsCompletion()
    {
        _observer.FollowsCall = true;
        var one = await Create(Spec(1));
        var many = await Commands.CreateManyAsync(Owner, [Spec(1), Spec(1)], watch: false, Ended);

        Assert.Equal([one.Id, .. many.Tasks.Select(static created => created.Task.Id)], _observer.Created.Select(static created => created.Task.Id));
        Advance(1);
        foreach (var (task, completion) in _observer.Created)
            Assert.Equal((task.Id, TaskState.Completed), await Finished(completion!));
    }

    [Fact]
    public async Task Create_ByACallThatIsNotFollowed_TellsNothing()
    {
        await Create(Spec(1));
        await Commands.CreateManyAsync(Owner, [Spec(1)], watch: true, Ended);
        _observer.FollowsCall = true;
        await Commands.CreateManyAsync(Owner, [], watch: false, Ended);

        Assert.Empty(_observer.Created);
    }

    [Fact]
    public async Task CreateOnce_ByACallThatIsFollowed_TellsOfTheTasksAndChangesNoAnswer()
    {
        _observer.FollowsCall = true;
        var key = new IdempotencyKey(Digest.Of("key"), Digest.Of("body"));

        var created = await Idempotency.CreateOnceAsync(Owner, key, [Spec(1)], watch: false, Ended);

        var followed = Assert.Single(_observer.Created);
        Assert.Equal((Assert.Single(created.Tasks).Task.Id, false, false), (followed.Task.Id, created.Waits, created.IsRepeat));
        Advance(1);
        Assert.Equal((followed.Task.Id, TaskState.Completed), await Finished(followed.Completion!));
    }

    private static async Task<(Guid Id, TaskState State)> Finished(TaskCompletion completion)
    {
        var task = await completion.Task.WaitAsync(TimeSpan.FromSeconds(30), Ended);
        return (task.Id, task.State);
    }

    private sealed class Observer : ITaskObserver
    {
        public bool FollowsCall { get; set; }

        public ConcurrentQueue<(TaskSnapshot Task, TaskCompletion? Completion)> Created { get; } = new();

        public void OnCreated(TaskSnapshot task, TaskCompletion? completion) => Created.Enqueue((task, completion));
    }
}
