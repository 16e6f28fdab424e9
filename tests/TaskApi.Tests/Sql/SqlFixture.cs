using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work;

namespace TaskApi.Tests.Sql;

/// <summary>A storage on a database of its own and a manual clock, without HTTP; it can be stopped and started again.</summary>
internal sealed class SqlFixture : IDisposable
{
    private readonly DirectoryInfo _folder = TestFolder.Create();
    private readonly TaskOptions _options = new();
    private DatabaseAccess? _access;

    public SqlFixture(Action<TaskOptions>? configure = null)
    {
        _options.StoragePath = Path.Combine(_folder.FullName, "data", "tasks.db");
        configure?.Invoke(_options);
    }

    public IdempotencyOptions KeyOptions { get; } = new();

    public WorkOptions WorkOptions { get; } = new();

    public string DatabasePath => _options.StoragePath;

    /// <summary>Runs on while the storage is stopped; a start takes its wall clock.</summary>
    public ManualTimeProvider Clock { get; } = new();

    public SqlTaskStorage Storage { get; private set; } = null!;

    public SqlIdempotencyStore Idempotency { get; private set; } = null!;

    public SqlSchedules Schedules { get; private set; } = null!;

    /// <summary>The database as the storage uses it.</summary>
    public DatabaseAccess Access => _access!;

    /// <summary>The attempts that it knows.</summary>
    public RunningAttempts Running => _access!.Signals.Running;

    public FaultyDatabase Database { get; private set; } = null!;

    public SqlFixture Start()
    {
        Database = new FaultyDatabase(Options.Create(_options));
        _access = new DatabaseAccess(
            Options.Create(_options), Options.Create(KeyOptions), Database, new RunClock(Clock), Clock, NullLogger<DatabaseAccess>.Instance, workOptions: Options.Create(WorkOptions));
        (Storage, Idempotency, Schedules) = (new SqlTaskStorage(_access, Clock), new SqlIdempotencyStore(_access), new SqlSchedules(_access));
        _access.Open();
        return this;
    }

    public void Restart()
    {
        Stop();
        Start();
    }

    public void Advance(double seconds) => Clock.Advance(TimeSpan.FromMilliseconds(seconds * 1000));

    public void Stop() => _access?.Dispose();

    public async Task<TaskSnapshot> Create(
        double delaySeconds, string message = "hello", string? group = null, string? name = null, double? timeoutSeconds = null, string owner = "", DateTimeOffset? dueAt = null)
    {
        var schedule = new TaskSchedule(delaySeconds, dueAt);
        var task = new TaskSpec { Message = message, Schedule = schedule, Group = group, Name = name, TimeoutSeconds = timeoutSeconds };
        var answer = await Storage.CreateAsync(owner, task, watch: false, CancellationToken.None);
        Assert.Equal(AnswerStatus.Ok, answer.Status);
        return answer.Task!;
    }

    /// <summary>Creates a task with work.</summary>
    public async Task<TaskSnapshot> Create(TaskSpec task)
    {
        var answer = await Storage.CreateAsync("", task, watch: false, CancellationToken.None);
        Assert.Equal(AnswerStatus.Ok, answer.Status);
        return answer.Task!;
    }

    /// <summary>Starts tasks of the queue <c>resize</c>.</summary>
    public async Task<LeasedTask[]> Acquire(int max = 1, double leaseSeconds = 30) =>
        (await Storage.Work.AcquireAsync(WorkFixture.Call(["resize"], max, leaseSeconds), CancellationToken.None)).Tasks;

    /// <summary>Creates a task that is due and starts it.</summary>
    public async Task<LeasedTask> StartWork(RetryPolicy? retry = null, double leaseSeconds = 30, double? attemptSeconds = null)
    {
        await Create(WorkFixture.Spec(retry: retry, attemptSeconds: attemptSeconds));
        return Assert.Single(await Acquire(leaseSeconds: leaseSeconds));
    }

    public async Task<FinishAnswer> Finish(WorkOutcome outcome) => Assert.Single(await Storage.Work.FinishAsync("", [outcome], CancellationToken.None));

    public async Task<HeartbeatAnswer> Beat(double leaseSeconds, params LeaseBeat[] leases) => await Storage.Work.HeartbeatAsync(
        new WorkHeartbeat { Owner = "", Worker = WorkFixture.Worker, Leases = leases, Lease = TimeSpan.FromSeconds(leaseSeconds) }, CancellationToken.None);

    public async Task<IReadOnlyList<AttemptInfo>> Attempts(Guid id) => (await Storage.History.ListAttemptsAsync("", id, CancellationToken.None))!;

    public async Task<TaskSnapshot?> Find(Guid id, string owner = "") => (await Storage.FindAsync(owner, id, CancellationToken.None)).Task;

    public async Task<TaskAnswer> Cancel(Guid id, string? detail = null, string owner = "") =>
        await Storage.CancelAsync(owner, id, new TaskError(TaskError.Cancelled, detail), condition: null, force: false, CancellationToken.None);

    public async Task<Task<TaskSnapshot>> Watch(Guid id, string owner = "") =>
        (await Storage.WatchAsync(owner, id, CancellationToken.None)).Completion!.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public async Task<StorageStats> Stats(string owner = "") => await Storage.GetStatsAsync(owner, CancellationToken.None);

    /// <summary>A connection to the file, past the storage.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>What the file says, as text.</summary>
    public string Ask(string text)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture)!;
    }

    /// <summary>Changes the file.</summary>
    public void Execute(string text)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        Stop();
        Database?.Dispose();
        _folder.Delete(recursive: true);
    }
}
