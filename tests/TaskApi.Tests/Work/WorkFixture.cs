using System.Text;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>A storage that runs work, on a manual clock, asked through its ports.</summary>
internal sealed class WorkFixture : IDisposable
{
    public const string Worker = "w1";

    public static readonly RetryPolicy Twice = new() { MaxAttempts = 2, InitialSeconds = 5, Jitter = 0 };

    private readonly WorkStorage _storage;

    public WorkFixture(Action<TaskOptions>? configure = null, Action<WorkOptions>? configureWork = null)
    {
        var (options, work) = (new TaskOptions(), new WorkOptions());
        configure?.Invoke(options);
        configureWork?.Invoke(work);
        _storage = new WorkStorage(options, work, Clock);
    }

    public ManualTimeProvider Clock { get; } = new();

    public ITaskStorage Storage => _storage.Ports;

    public IWorkSource Work => Storage.Work;

    public static CancellationToken Ended => TestContext.Current.CancellationToken;

    public static ReadOnlyMemory<byte> Json(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);

    public static TaskSpec Spec(
        double delaySeconds = 0, string type = "resize", string? queue = null, int priority = 0, string input = "{}", RetryPolicy? retry = null,
        double? timeoutSeconds = null, double? attemptSeconds = null, string? group = null, string? key = null) => new()
        {
            Message = "",
            Schedule = new TaskSchedule(delaySeconds),
            Group = group,
            TimeoutSeconds = timeoutSeconds,
            Work = new WorkSpec { Type = type, Queue = queue, Priority = priority, Input = Json(input), Key = key, Retry = retry ?? RetryPolicy.Default, AttemptSeconds = attemptSeconds },
        };

    public async Task<TaskSnapshot> Create(TaskSpec spec, string owner = "")
    {
        var answer = await Storage.CreateAsync(owner, spec, watch: false, Ended);
        Assert.Equal(AnswerStatus.Ok, answer.Status);
        return answer.Task!;
    }

    public Task<TaskSnapshot> Create(double delaySeconds = 0, string? queue = null, int priority = 0, RetryPolicy? retry = null) =>
        Create(Spec(delaySeconds, queue: queue, priority: priority, retry: retry));

    public async Task<LeasedTask[]> Acquire(string queue = "resize", int max = 1, double leaseSeconds = 30, string owner = "", string worker = Worker) =>
        (await Work.AcquireAsync(Call([queue], max, leaseSeconds, 0, owner, worker), Ended)).Tasks;

    public static WorkAcquire Call(string[] queues, int max = 1, double leaseSeconds = 30, double waitSeconds = 0, string owner = "", string worker = Worker) =>
        WorkAcquire.OfWorker(owner, worker, queues, max, TimeSpan.FromSeconds(leaseSeconds), TimeSpan.FromSeconds(waitSeconds));

    /// <summary>Creates a task that is due and starts it.</summary>
    public async Task<LeasedTask> Start(TaskSpec? spec = null, double leaseSeconds = 30)
    {
        spec ??= Spec();
        var created = await Create(spec);
        var leased = Assert.Single(await Acquire(created.Work!.Queue, leaseSeconds: leaseSeconds));
        Assert.Equal(created.Id, leased.Task.Id);
        return leased;
    }

    public async Task<FinishAnswer> Finish(WorkOutcome outcome, string owner = "") => Assert.Single(await Work.FinishAsync(owner, [outcome], Ended));

    public Task<FinishAnswer> Return(LeaseToken token, string result = "1") => Finish(WorkOutcome.Returned(token, Json(result)));

    public Task<FinishAnswer> Raise(LeaseToken token, string reason = "ValueError", bool retry = true) => Finish(WorkOutcome.Raised(token, reason, "boom", retry));

    public async Task<HeartbeatAnswer> Beat(params LeaseBeat[] leases) =>
        await Work.HeartbeatAsync(new WorkHeartbeat { Owner = "", Worker = Worker, Leases = leases }, Ended);

    public Task<HeartbeatAnswer> BeatAndWait(double waitSeconds, params LeaseBeat[] leases) =>
        Work.HeartbeatAsync(new WorkHeartbeat { Owner = "", Worker = Worker, Leases = leases, Wait = TimeSpan.FromSeconds(waitSeconds) }, Ended).AsTask();

    public async Task<TaskSnapshot> Find(Guid id) => (await Storage.FindAsync("", id, Ended)).Task!;

    public async Task<TaskAnswer> Cancel(Guid id, string? detail = null, bool force = false) =>
        await Storage.CancelAsync("", id, new TaskError(TaskError.Cancelled, detail), condition: null, force, Ended);

    public async Task<StorageStats> Stats(string owner = "") => await Storage.GetStatsAsync(owner, Ended);

    public async Task<IReadOnlyList<AttemptInfo>> Attempts(Guid id) => (await Storage.History.ListAttemptsAsync("", id, Ended))!;

    public void Advance(double seconds) => Clock.Advance(TimeSpan.FromMilliseconds(seconds * 1000));

    /// <summary>When all tasks are done and forgotten, nothing is left of them.</summary>
    public void AssertNothingIsLeft() => _storage.AssertNothingIsLeft();

    /// <summary>Of queues and types that nobody needs no more are kept.</summary>
    public void AssertFewAreWaitedFor(int most) => Assert.InRange(_storage.WaitedFor, 0, most);

    public void Dispose() => _storage.Dispose();
}
