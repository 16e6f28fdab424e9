using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Sql;

/// <summary>A registry on a database of its own and a manual clock, without HTTP; it can be stopped and started again.</summary>
internal sealed class SqlFixture : IDisposable
{
    private readonly DirectoryInfo _folder = TestFolder.Create();
    private readonly TaskOptions _options = new();

    public SqlFixture(Action<TaskOptions>? configure = null)
    {
        _options.StoragePath = Path.Combine(_folder.FullName, "data", "tasks.db");
        configure?.Invoke(_options);
    }

    public IdempotencyOptions KeyOptions { get; } = new();

    public string DatabasePath => _options.StoragePath;

    /// <summary>Runs on while the registry is stopped; a start takes its wall clock.</summary>
    public ManualTimeProvider Clock { get; } = new();

    public SqlTaskRegistry Registry { get; private set; } = null!;

    public FaultyStorage Storage { get; private set; } = null!;

    public SqlFixture Start()
    {
        Storage = new FaultyStorage(Options.Create(_options));
        Registry = new SqlTaskRegistry(Options.Create(_options), Options.Create(KeyOptions), Storage, new RunClock(Clock), Clock, NullLogger<SqlTaskRegistry>.Instance);
        Registry.Open();
        return this;
    }

    public void Restart()
    {
        Registry.Dispose();
        Start();
    }

    public async Task<TaskSnapshot> Create(
        double delaySeconds, string message = "hello", string? group = null, string? name = null, double? timeoutSeconds = null, string owner = "", DateTimeOffset? dueAt = null)
    {
        var schedule = new TaskSchedule(delaySeconds, dueAt);
        var task = new TaskSpec { Message = message, Schedule = schedule, Group = group, Name = name, TimeoutSeconds = timeoutSeconds };
        var answer = await Registry.CreateAsync(owner, task, watch: false, CancellationToken.None);
        Assert.Equal(RegistryStatus.Ok, answer.Status);
        return answer.Task!;
    }

    public async Task<TaskSnapshot?> Find(Guid id, string owner = "") => (await Registry.FindAsync(owner, id, CancellationToken.None)).Task;

    public async Task<TaskAnswer> Cancel(Guid id, string? detail = null, string owner = "") =>
        await Registry.CancelAsync(owner, id, new TaskError(TaskError.Cancelled, detail), condition: null, CancellationToken.None);

    public async Task<Task<TaskSnapshot>> Watch(Guid id, string owner = "") =>
        (await Registry.WatchAsync(owner, id, CancellationToken.None)).Completion!.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public async Task<RegistryStats> Stats(string owner = "") => await Registry.GetStatsAsync(owner, CancellationToken.None);

    public void Dispose()
    {
        Registry?.Dispose();
        Storage?.Dispose();
        _folder.Delete(recursive: true);
    }
}
