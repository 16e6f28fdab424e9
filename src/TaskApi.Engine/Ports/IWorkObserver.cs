using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>Is told by the storage what becomes of work: for metrics. Called under the storage's lock: must be very quick, and not throw. Thread-safe.</summary>
internal interface IWorkObserver
{
    /// <summary>An attempt has begun.</summary>
    /// <param name="type">The task's type.</param>
    /// <param name="queue">The task's queue.</param>
    /// <param name="waited">How long it had waited for its turn since it came due.</param>
    void OnStarted(string type, string queue, TimeSpan waited);

    /// <summary>An attempt is over.</summary>
    /// <param name="type">The task's type.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="state">Where the task stands now.</param>
    void OnEnded(string type, AttemptOutcome outcome, TimeSpan took, TaskState state);
}
