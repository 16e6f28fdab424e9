using System.Runtime.InteropServices;
using TaskApi.Handlers;

namespace TaskApi.Client.Work;

/// <summary>One attempt of a task that a service elsewhere has leased to this worker. Thread-safe.</summary>
/// <param name="leased">The task.</param>
/// <param name="handler">Runs it.</param>
/// <param name="gate">Where it takes a place.</param>
/// <param name="tools">What its handler may do.</param>
/// <param name="children">Creates tasks for its handler.</param>
internal sealed class WorkerAttempt(LeasedAnswer leased, WorkHandler handler, HandlerGate gate, AttemptTools tools, WorkerChildren children) : HandlerAttempt(handler, tools)
{
    private ParentTask[]? _parents;

    /// <summary>Proves the lease.</summary>
    public string Token { get; } = leased.Lease.Token;

    /// <summary>Where it has a place while it runs.</summary>
    public HandlerGate Gate { get; } = gate;

    /// <summary>When it was begun, on the steady clock.</summary>
    public long StartedAt { get; } = tools.TimeProvider.GetTimestamp();

    /// <summary>True once its handler has been told that the task is asked to end.</summary>
    public bool IsCancelSeen => Has(AttemptSignals.CancelRequested);

    /// <inheritdoc/>
    // A copy: what the answer was read into is then nobody's any more.
    public override ReadOnlyMemory<byte> Input { get; } = leased.Input.ValueKind == System.Text.Json.JsonValueKind.Undefined ? default : JsonMarshal.GetRawUtf8Value(leased.Input).ToArray();

    /// <inheritdoc/>
    public override Guid Id { get; } = leased.Id;

    /// <inheritdoc/>
    public override string Type { get; } = leased.Type;

    /// <inheritdoc/>
    public override int Attempt { get; } = leased.Attempt;

    /// <inheritdoc/>
    public override string? TraceParent { get; } = leased.Traceparent;

    /// <inheritdoc/>
    public override IReadOnlyList<ParentTask> Parents => _parents ??= [.. (leased.Parents ?? []).Select(static parent =>
        new ParentTask(parent.Id, parent.Status, parent.Result, parent.Error?.Reason, parent.Error?.Detail))];

    /// <inheritdoc/>
    public override Task<Guid> CreateAsync<TInput>(string type, TInput input, NewTaskOptions? options = null, CancellationToken cancellationToken = default) =>
        children.CreateAsync(type, Handler.Write(input), options, cancellationToken);
}
