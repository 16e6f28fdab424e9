using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Handlers;

namespace TaskApi.Engine.Work;

/// <summary>One attempt of a task that a storage in this process has leased. Thread-safe.</summary>
/// <param name="leased">The task.</param>
/// <param name="lane">Where it came from.</param>
/// <param name="tools">What its handler may do.</param>
/// <param name="children">Creates tasks for its handler.</param>
internal sealed class LeasedAttempt(in LeasedTask leased, HandlerLane lane, AttemptTools tools, ChildTasks children) : HandlerAttempt(lane.Handler, tools)
{
    private readonly TaskSnapshot _task = leased.Task;
    private IReadOnlyList<ParentTask>? _shown;

    /// <summary>Which lease it has.</summary>
    public LeaseToken Token { get; } = leased.Token;

    public HandlerLane Lane { get; } = lane;

    /// <summary>Whose task it is.</summary>
    public string Owner => _task.Owner;

    /// <summary>The task that created it; null if none did.</summary>
    public Guid? Parent => _task.Work!.Parent;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Input => _task.Work!.Input;

    /// <inheritdoc/>
    public override Guid Id => _task.Id;

    /// <inheritdoc/>
    public override string Type => _task.Work!.Type;

    /// <inheritdoc/>
    public override int Attempt => _task.Work!.Attempt;

    /// <summary>The task.</summary>
    public TaskSnapshot Snapshot => _task;

    /// <summary>What it has waited for; to be set before it begins.</summary>
    public HeldParents Held { get; set; } = HeldParents.None;

    /// <inheritdoc/>
    public override IReadOnlyList<ParentTask> Parents => _shown ??= Held.Show();

    /// <inheritdoc/>
    public override string? TraceParent => _task.Work!.TraceParent;

    /// <inheritdoc/>
    public override Task<Guid> CreateAsync<TInput>(string type, TInput input, NewTaskOptions? options = null, CancellationToken cancellationToken = default) =>
        children.CreateAsync(this, type, Handler.Write(input), options ?? ChildTasks.Plain, cancellationToken);
}
