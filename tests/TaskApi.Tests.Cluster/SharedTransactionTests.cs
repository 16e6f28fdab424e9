using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests;

/// <summary>What is asked for while the writer is busy shares its next transaction: a call for work gets tasks as those that were asked for before it have left them.</summary>
public sealed class SharedTransactionTests : TwoNodes
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private ITaskStorage Storage => Storages[0];

    public static TheoryData<string> Sources => ["queue", "queues", "type", "bounded", "keyed"];

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Cancel_BeforeACallForWork_LeavesItTheNext(string source)
    {
        await Begin(source);
        var (first, second) = (await Create(Spec()), await Create(Spec()));

        var (cancelled, taken) = await Share(() => Storage.CancelAsync("", first.Id, TaskErrors.CancelledPlainly, condition: null, force: false, Ended), source);

        Assert.Equal((AnswerStatus.Ok, TaskState.Cancelled), (cancelled.Status, cancelled.Task!.State));
        Assert.Equal(second.Id, Assert.Single(taken).Task.Id);
        await AssertCounts(running: 1, ready: 0);
        Assert.Equal((TaskState.Cancelled, TaskState.Running), (await State(first.Id), await State(second.Id)));
        Assert.Equal(0L, PostgresServer.Ask(Database, "SELECT count(*) FROM work JOIN all_tasks USING (sequence) WHERE finished IS NOT NULL AND (running = 1 OR alarm IS NOT NULL OR ready IS NOT NULL)"));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Cancel_OfAllThatIsReady_LeavesACallForWorkNothing(string source)
    {
        await Begin(source);
        var task = await Create(Spec());

        var (cancelled, taken) = await Share(() => Storage.CancelAsync("", task.Id, TaskErrors.CancelledPlainly, condition: null, force: false, Ended), source);

        Assert.Equal(TaskState.Cancelled, cancelled.Task!.State);
        Assert.Empty(taken);
        await AssertCounts(running: 0, ready: 0);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Reschedule_BeforeACallForWork_Counts(string source)
    {
        await Begin(source);
        var task = await Create(Spec());

        var (changed, taken) = await Share(() => Change(task.Id, new TaskRevision(new TaskSchedule(60), Message: null)), source);

        Assert.Equal((AnswerStatus.Ok, TaskState.Pending), (changed.Status, changed.Task!.State));
        Assert.Empty(taken);
        await AssertCounts(running: 0, ready: 0);
        Api.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(task.Id, Assert.Single((await Storage.Work.AcquireAsync(CallOf(source), Ended)).Tasks).Task.Id);
        await AssertCounts(running: 1, ready: 0);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Input_ChangedBeforeACallForWork_IsWhatItGets(string source)
    {
        await Begin(source);
        var task = await Create(Spec(input: "1"));

        var (changed, taken) = await Share(() => Change(task.Id, new TaskRevision(Schedule: null, Message: null, Json("2"))), source);

        Assert.Equal(("2", TaskState.Pending), (Text(changed.Task!.Work!.Input), changed.Task.State));
        var leased = Assert.Single(taken).Task;
        Assert.Equal((task.Id, "2", changed.Task.Version + 1), (leased.Id, Text(leased.Work!.Input), leased.Version));
        Assert.Equal("2", Text((await Storage.FindAsync("", task.Id, Ended)).Task!.Work!.Input));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Priority_LoweredBeforeACallForWork_LeavesItTheNext(string source)
    {
        await Begin(source);
        var (first, second) = (await Create(Spec()), await Create(Spec()));

        var (changed, taken) = await Share(() => Change(first.Id, new TaskRevision(Schedule: null, Message: null, Priority: -1)), source);

        Assert.Equal(-1, changed.Task!.Work!.Priority);
        Assert.Equal(second.Id, Assert.Single(taken).Task.Id);
        var rest = Assert.Single((await Storage.Work.AcquireAsync(CallOf(source), Ended)).Tasks).Task;
        Assert.Equal((first.Id, -1), (rest.Id, rest.Work!.Priority));
        await AssertCounts(running: 2, ready: 0);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Replace_OfAReadyTask_BeforeACallForWork_Counts(string source)
    {
        await Begin(source);
        var first = await Create(Only("1", delaySeconds: 0));

        var (replaced, taken) = await Share(() => Storage.CreateAsync("", Only("2", delaySeconds: 60), watch: false, Ended), source);

        Assert.Equal((true, first.Id, TaskState.Pending, "2"), (replaced.IsExisting, replaced.Task!.Id, replaced.Task.State, Text(replaced.Task.Work!.Input)));
        Assert.Empty(taken);
        await AssertCounts(running: 0, ready: 0);
        Api.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("2", Text(Assert.Single((await Storage.Work.AcquireAsync(CallOf(source), Ended)).Tasks).Task.Work!.Input));
    }

    [Fact]
    public async Task CallsForWork_AfterACancellation_GetEachOfTheOthersOnce()
    {
        string[] sources = ["queue", "queue", "type", "queues", "queue", "type"];
        await Begin(sources);
        var tasks = new List<Guid>();
        for (var i = 0; i < 6; i++) tasks.Add((await Create(Spec())).Id);

        var (_, taken) = await Share(() => Storage.CancelAsync("", tasks[1], TaskErrors.CancelledPlainly, condition: null, force: false, Ended), sources);

        Assert.Equal(tasks.Where((_, i) => i != 1).Order(), taken.Select(static leased => leased.Task.Id).Order());
        await AssertCounts(running: 5, ready: 0);
    }

    [Fact]
    public async Task Alarm_OfATaskThatIsDone_RingsOnce()
    {
        var done = await Create(Spec());
        await Storage.CancelAsync("", done.Id, TaskErrors.CancelledPlainly, condition: null, force: false, Ended);
        var next = await Create(Spec(delaySeconds: 60));
        // As versions before have left it.
        PostgresServer.Execute(Database, $"UPDATE work SET running = 1, lease_until = 1, alarm = (SELECT alarm FROM work WHERE sequence = {Number(next.Id)}) WHERE sequence = {Number(done.Id)}");

        Api.Clock.Advance(TimeSpan.FromSeconds(60));

        await Until(async () => (await Storage.GetStatsAsync("", Ended)).Ready == 1);
        Assert.Equal(0L, PostgresServer.Ask(Database, "SELECT count(*) FROM work WHERE alarm IS NOT NULL"));
    }

    [Fact]
    public async Task TakeOver_BeforeACallForWorkInVain_Counts()
    {
        await Begin("queue");
        await Create(Spec(delaySeconds: 1000));
        var database = OfNodes<DatabaseAccess>()[0];

        await Share(
            async () =>
            {
                PostgresServer.Execute(Database, "INSERT INTO outbox_counts (xact, owner, created, ready) SELECT pg_current_xact_id(), owner, 1, 0 FROM all_tasks LIMIT 1");
                return await database.Writer.DoAsync(new OutboxTakeOver(), Ended);
            },
            "queue");

        await Until(() => Task.FromResult(PostgresServer.Ask(Database, "SELECT count(*) FROM outbox_counts") is 0L));
        await Create(Spec(delaySeconds: 1000));
        // The two that this has created, the one that is held meanwhile, and that of the program.
        Assert.Equal(4, (await Storage.GetStatsAsync("", Ended)).Created);
    }

    private static TaskSpec Only(string input, double delaySeconds)
    {
        var spec = Spec(delaySeconds, input: input);
        return spec with { Work = spec.Work! with { Unique = new UniqueTask("k", UniqueScope.Unfinished, UniqueConflict.Replace) } };
    }

    private static WorkAcquire CallOf(string source) => source switch
    {
        "type" => WorkAcquire.OfHandlers("handlers", ["resize"], 1, TimeSpan.Zero, new Holder()),
        "queues" => Call(["other", "resize"], worker: source),
        _ => Call(["resize"], worker: source),
    };

    private static long Number(Guid id) => TaskId.TryParse(id, out var task) ? task.Sequence : 0;

    // Workers that have called are known, and what they call for then is asked for at once.
    private async Task Begin(params string[] sources)
    {
        foreach (var source in sources)
        {
            if (source == "bounded") Assert.Equal(AnswerStatus.Ok, await Storage.Queues.SetAsync("", "resize", new QueueSettings { MaxRunning = 10 }, Ended));
            if (source == "keyed") Assert.Equal(AnswerStatus.Ok, await Storage.Queues.SetAsync("", "resize", new QueueSettings { MaxRunningPerKey = 10 }, Ended));
            Assert.Empty((await Storage.Work.AcquireAsync(CallOf(source), Ended)).Tasks);
        }
    }

    private async Task<TaskSnapshot> Create(TaskSpec spec) => (await Storage.CreateAsync("", spec, watch: false, Ended)).Task!;

    private ValueTask<TaskAnswer> Change(Guid id, TaskRevision change) => Storage.RescheduleAsync("", id, change, condition: null, Ended);

    private async Task<TaskState> State(Guid id) => (await Storage.FindAsync("", id, Ended)).Task!.State;

    private async Task AssertCounts(long running, long ready)
    {
        var stats = await Storage.GetStatsAsync("", Ended);
        Assert.Equal((running, ready), (stats.Running, stats.Ready));
    }

    // What is asked for shares a transaction, in this order.
    private async Task<(T Answer, List<LeasedTask> Taken)> Share<T>(Func<ValueTask<T>> change, params string[] sources)
    {
        var (changing, taking) = await BusyWriter.While(Storage, Database, () =>
        {
            var changing = change().AsTask();
            var taking = sources.Select(source => Storage.Work.AcquireAsync(CallOf(source), Ended).AsTask()).ToArray();
            Assert.False(changing.IsCompleted);
            Assert.DoesNotContain(taking, static call => call.IsCompleted);
            return (changing, taking);
        });
        return (await changing, [.. (await Task.WhenAll(taking)).SelectMany(static answer => answer.Tasks)]);
    }
}
