using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Ports;

/// <summary>
/// Base of the tests that every storage passes, asked below HTTP: what the ports promise. Where nodes share a database, what is changed by one is
/// looked at from the other.
/// </summary>
public abstract class PortTests : IAsyncDisposable
{
    protected const string Owner = "somebody";

    private readonly TaskApiFactory _api;

    protected PortTests(params (string Key, string Value)[] settings)
        : this(new TaskApiFactory(settings))
    {
    }

    protected PortTests(Action<IServiceCollection> registrations)
        : this(new TaskApiFactory { Registrations = registrations })
    {
    }

    private PortTests(TaskApiFactory api)
    {
        _api = api;
        // All have started before any test advances the clock.
        var nodes = _api.Nodes.Select(static node => node.Services).ToArray();
        ITaskStorage[] storages = [.. nodes.Select(static node => node.GetRequiredService<ITaskStorage>())];
        (Commands, Drain, Queries, Waits, Feed) = (storages[0], storages[0], storages[^1], storages[^1], storages[^1]);
        (Schedules, OtherSchedules) = (nodes[0].GetRequiredService<ISchedules>(), nodes[^1].GetRequiredService<ISchedules>());
        (Idempotency, OtherIdempotency) = (nodes[0].GetRequiredService<IIdempotencyStore>(), nodes[^1].GetRequiredService<IIdempotencyStore>());
    }

    protected static CancellationToken Ended => TestContext.Current.CancellationToken;

    protected ManualTimeProvider Clock => _api.Clock;

    private protected ITaskCommands Commands { get; }

    private protected IIdempotencyStore Idempotency { get; }

    private protected IIdempotencyStore OtherIdempotency { get; }

    private protected ISchedules Schedules { get; }

    private protected ISchedules OtherSchedules { get; }

    private protected IStorageDrain Drain { get; }

    private protected ITaskQueries Queries { get; }

    private protected ITaskWaits Waits { get; }

    private protected ITaskFeed Feed { get; }

    private protected static TaskError Because(string? detail = null) => new(TaskError.Cancelled, detail);

    private protected static TaskSpec Spec(double delaySeconds, string? group = null, string? name = null, string message = "Hei", double? timeoutSeconds = null) =>
        new() { Message = message, Schedule = new TaskSchedule(delaySeconds), Group = group, Name = name, TimeoutSeconds = timeoutSeconds };

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task<TaskSnapshot> Create(TaskSpec task, string owner = Owner)
    {
        var answer = await Commands.CreateAsync(owner, task, watch: false, Ended);
        Assert.Equal(AnswerStatus.Ok, answer.Status);
        return answer.Task!;
    }

    private protected ValueTask<TaskAnswer> Cancel(Guid id, string? detail = null, TaskCondition? condition = null, string owner = Owner) =>
        Commands.CancelAsync(owner, id, Because(detail), condition, force: false, Ended);

    private protected ValueTask<TaskAnswer> Reschedule(Guid id, double delaySeconds, string? message = null, TaskCondition? condition = null, string owner = Owner) =>
        Commands.RescheduleAsync(owner, id, new TaskRevision(new TaskSchedule(delaySeconds), message), condition, Ended);

    private protected async Task<TaskSnapshot?> Find(Guid id, string owner = Owner) => (await Queries.FindAsync(owner, id, Ended)).Task;

    protected void Advance(double seconds) => Clock.Advance(TimeSpan.FromMilliseconds(seconds * 1000));
}
