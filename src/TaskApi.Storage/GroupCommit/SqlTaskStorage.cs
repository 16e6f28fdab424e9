using TaskApi.Engine.Completions;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// The tasks, in a database that is the truth: what this has answered, or shown in any other way, is on disk. Nothing is kept in
/// memory but who waits. Every method is thread-safe.
/// </summary>
/// <param name="database">The database, in use.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
/// <param name="observer">Is told of the tasks of calls that it follows; null for nobody.</param>
internal sealed class SqlTaskStorage(DatabaseAccess database, TimeProvider timeProvider, ITaskObserver? observer = null) : ITaskStorage
{
    private readonly SqlCommands _commands = new(database, observer);
    private readonly SqlQueries _queries = new(database);
    private readonly SqlWaits _waits = new(database);
    private readonly SqlFeed _feed = new(database);

    /// <inheritdoc/>
    public DateTimeOffset UtcNow => EngineClock.ToInstant(database.Clock.Wall);

    /// <inheritdoc/>
    public TaskEventLog Events => database.Events;

    /// <inheritdoc/>
    public TimeSpan Overdue => database.Overdue;

    /// <inheritdoc/>
    public TimeSpan LongestReady => database.Storage.OldestReady() is { } due && database.Clock.Wall - due is var waited and > 0 ? TimeSpan.FromMilliseconds(waited) : TimeSpan.Zero;

    /// <inheritdoc/>
    public IWorkSource Work { get; } = new SqlWorkSource(database, timeProvider);

    /// <inheritdoc/>
    public IWorkHistory History { get; } = new SqlWorkHistory(database);

    /// <inheritdoc/>
    public IQueues Queues { get; } = new SqlQueues(database);

    /// <inheritdoc/>
    public string? Fault => database.Fault;

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> CreateAsync(string owner, TaskSpec task, bool watch, CancellationToken cancellationToken) =>
        _commands.CreateAsync(owner, task, watch, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TasksAnswer> CreateManyAsync(string owner, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken) =>
        _commands.CreateManyAsync(owner, tasks, watch, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> CancelAsync(string owner, Guid id, TaskError error, TaskCondition? condition, bool force, CancellationToken cancellationToken) =>
        _commands.CancelAsync(owner, id, error, condition, force, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskAnswer[]> CancelManyAsync(string owner, IReadOnlyList<Guid> ids, TaskError error, CancellationToken cancellationToken) =>
        _commands.CancelManyAsync(owner, ids, error, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CancelCounts> CancelAllAsync(string owner, CancelQuery query, TaskError error, CancellationToken cancellationToken) =>
        _commands.CancelAllAsync(owner, query, error, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> RescheduleAsync(string owner, Guid id, TaskRevision change, TaskCondition? condition, CancellationToken cancellationToken) =>
        _commands.RescheduleAsync(owner, id, change, condition, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> FindAsync(string owner, Guid id, CancellationToken cancellationToken) => _queries.FindAsync(owner, id, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskSnapshot?[]> FindManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        _queries.FindManyAsync(owner, ids, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskPage> ListAsync(string owner, TaskQuery query, CancellationToken cancellationToken) => _queries.ListAsync(owner, query, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StorageStats> GetStatsAsync(string owner, CancellationToken cancellationToken) => _queries.GetStatsAsync(owner, cancellationToken);

    /// <inheritdoc/>
    public StorageTotals GetTotals() => _queries.GetTotals();

    /// <inheritdoc/>
    public ValueTask<TaskAnswer> WatchAsync(string owner, Guid id, CancellationToken cancellationToken) => _waits.WatchAsync(owner, id, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<WatchedTask[]> WatchManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        _waits.WatchManyAsync(owner, ids, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Guid>?> FindGroupAsync(string owner, string group, int limit, CancellationToken cancellationToken) =>
        _waits.FindGroupAsync(owner, group, limit, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TaskEventReader> ReadEventsAsync(long? after, CancellationToken cancellationToken) => _feed.ReadEventsAsync(after, cancellationToken);

    /// <summary>
    /// Takes nothing new from now on (<see cref="AnswerStatus.ShuttingDown"/>). What is pending stays so, on disk, and goes on with the
    /// next start: there is nothing to wait for, so the grace isn't used.
    /// </summary>
    public Task<DrainSummary> DrainAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        database.Writer.StopCreating();
        return Task.FromResult(new DrainSummary(CameDue: 0, Cancelled: 0, database.Counters.Pending));
    }
}
