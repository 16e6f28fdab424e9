using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Handlers;
using TaskApi.Client;
using TaskApi.Tests.Infrastructure;
using Barrier = TaskApi.Tests.Work.Handlers.Barrier;

namespace TaskApi.Tests.Programs;

/// <summary>Tasks that are to be the only ones with a key, in the process that has them.</summary>
public sealed class UniqueLocalTasksTests : UniqueTasksTests
{
    protected override ITasks Tasks => Api.Services.GetRequiredService<ITasks>();
}

/// <summary>Tasks that are to be the only ones with a key, over HTTP.</summary>
public sealed class UniqueRemoteTasksTests : UniqueTasksTests
{
    protected override ITasks Tasks { get => field ??= new TaskApiClient(Api.CreateTestClient()); }
}

/// <summary>What a program sees of tasks that are to be the only ones with a key, wherever they are: one suite.</summary>
public abstract class UniqueTasksTests : EndpointTests
{
    private static readonly TaskUnique _rejects = new("k") { OnConflict = UniqueConflict.Reject };
    private static readonly TaskUnique _replaces = new("k") { OnConflict = UniqueConflict.Replace };

    private readonly Barrier _barrier;

    protected UniqueTasksTests()
        : this(new Barrier())
    {
    }

    private UniqueTasksTests(Barrier barrier)
        : base(new TaskApiFactory { Registrations = services => services.AddHandlerDelegate((int _, CancellationToken ended) => barrier.Pass(ended), "wait", configure: null) }) => _barrier = barrier;

    /// <summary>The subject.</summary>
    protected abstract ITasks Tasks { get; }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_OfOneThatThereIs_AnswersThatUntilItIsDone()
    {
        var first = await Create(1, new("k"), delay: 9);

        var many = await Tasks.CreateManyAsync([Work(2, new("k"), delay: 9), Work(3, new("other"), delay: 9)], Ended);
        Assert.Equal((first.Id, first.Id), ((await Create(4, new("k"))).Id, many[0].Id));
        Assert.Equal(1, await InputOf(first));
        Assert.Equal(2, (await Tasks.GetStatsAsync(Ended)).Created);

        await first.CancelAsync(cancellationToken: Ended);
        Assert.NotEqual(first.Id, (await Create(5, new("k"), delay: 9)).Id);
    }

    [Fact]
    public async Task Create_ThatRejectsOneThatThereIs_ThrowsWithThat()
    {
        var first = await Create(1, new("k"), delay: 9);

        var one = await Assert.ThrowsAsync<TaskExistsException>(() => Create(2, _rejects));
        var many = await Assert.ThrowsAsync<TaskExistsException>(() => Tasks.CreateManyAsync([new NewTask("Hei", Seconds(9)), Work(3, _rejects)], Ended));
        var both = await Assert.ThrowsAsync<TaskExistsException>(() => Tasks.CreateManyAsync([Work(4, new("other"), delay: 9), Work(5, _rejects with { Key = "other" })], Ended));

        Assert.Equal(
            (409, "urn:taskapi:problem:task-exists", null, first.Id, "wait", TaskState.Pending, 1),
            (one.Problem.Status, one.Problem.Type, one.Problem.Index, one.Problem.Task!.Id, one.Problem.Task.Type, one.Problem.Task.Status, one.Problem.Task.Input!.Value.GetInt32()));
        Assert.Equal((1, first.Id), (many.Problem.Index, many.Problem.Task!.Id));
        Assert.Equal((1, null), (both.Problem.Index, both.Problem.Task));
        Assert.Equal(1, (await Tasks.GetStatsAsync(Ended)).Created);
    }

    [Fact]
    public async Task Create_ThatReplacesAPendingOne_ChangesItsInputAndDueTime()
    {
        var first = await Tasks.CreateAsync("wait", 1, new() { Delay = Seconds(9), Name = "first", Unique = _replaces }, Ended);
        Clock.Advance(Seconds(5));

        var second = await Tasks.CreateAsync("wait", 2, new() { Delay = Seconds(9), Name = "second", Unique = _replaces }, Ended);

        var info = await first.GetAsync(Ended);
        Assert.Equal((first.Id, 2, Now + Seconds(9), "first"), (second.Id, info.Input!.Value.GetInt32(), info.DueAt, info.Name));
        Clock.Advance(Seconds(9));
        await _barrier.Arrival();
        var running = await Assert.ThrowsAsync<TaskExistsException>(() => Create(3, _replaces));
        Assert.Equal((first.Id, TaskState.Running), (running.Problem.Task!.Id, running.Problem.Task.Status));
    }

    [Fact]
    public async Task Create_AmongPendingOnes_LetsASecondOneWaitBesideARunningOne()
    {
        var first = await Create(1, new("k") { Scope = UniqueScope.Pending });
        await _barrier.Arrival();

        var second = await Create(2, _rejects with { Scope = UniqueScope.Pending }, delay: 9);
        var third = await Assert.ThrowsAsync<TaskExistsException>(() => Create(3, _rejects with { Scope = UniqueScope.Pending }));

        Assert.Equal((TaskState.Running, TaskState.Pending), ((await first.GetAsync(Ended)).Status, (await second.GetAsync(Ended)).Status));
        Assert.Equal(second.Id, third.Problem.Task!.Id);
    }

    [Fact]
    public async Task Trigger_OfOneThatThereIs_ThrowsWithThat()
    {
        var put = await Tasks.Schedules.PutAsync("s", new() { Every = TimeSpan.FromDays(1), Task = Work(1, _rejects) with { Delay = null } }, cancellationToken: Ended);
        var first = await Tasks.Schedules.TriggerAsync("s", Ended);

        var refused = await Assert.ThrowsAsync<TaskExistsException>(() => Tasks.Schedules.TriggerAsync("s", Ended));

        Assert.Equal((_rejects, first.Id), (put.Definition.Task.Unique, refused.Problem.Task!.Id));
    }

    public static TheoryData<TaskUnique, string, string> Wrong { get; } = new()
    {
        { new(""), "unique.key", "must have 1 to 128 characters." },
        { new(null!), "unique.key", "is required." },
        { new("k") { Scope = (UniqueScope)7 }, "unique.scope", "must be one of unfinished, pending." },
        { new("k") { OnConflict = (UniqueConflict)7 }, "unique.onConflict", "must be one of existing, reject, replace." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Create_WithWhatIsNone_NamesTheField(TaskUnique unique, string field, string rule)
    {
        var one = await Assert.ThrowsAsync<InvalidRequestException>(() => Create(1, unique));
        var many = await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.CreateManyAsync([new NewTask("Hei"), Work(1, unique)], Ended));

        Assert.Equal((field, rule), (Assert.Single(one.Problem.Errors!) is var error ? (error.Key, Assert.Single(error.Value)) : default));
        Assert.Equal([$"[1].{field}"], many.Problem.Errors!.Keys);
        Assert.Equal(0, (await Tasks.GetStatsAsync(Ended)).Created);
    }

    [Fact]
    public async Task Create_OfAMessage_IsNotUnique() =>
        Assert.Equal(["unique"], (await Assert.ThrowsAsync<InvalidRequestException>(() => Tasks.CreateAsync(new NewTask("Hei") { Unique = new("k") }, Ended))).Problem.Errors!.Keys);

    private static NewTask Work(int input, TaskUnique unique, int delay = 0) => NewTask.Of("wait", input, new() { Unique = unique, Delay = Seconds(delay) });

    private Task<TaskHandle> Create(int input, TaskUnique unique, int delay = 0) => Tasks.CreateAsync(Work(input, unique, delay), Ended);

    private static async Task<int> InputOf(TaskHandle task) => (await task.GetAsync(Ended)).Input!.Value.GetInt32();
}
