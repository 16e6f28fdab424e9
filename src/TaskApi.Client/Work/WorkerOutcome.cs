using TaskApi.Handlers;

namespace TaskApi.Client.Work;

/// <summary>An outcome on its way to the service.</summary>
/// <param name="id">The task.</param>
/// <param name="token">Proves the lease.</param>
/// <param name="attempt">The attempt; null if none was begun.</param>
/// <param name="outcome">How it ended.</param>
internal sealed class WorkerOutcome(Guid id, string token, WorkerAttempt? attempt, in HandlerOutcome outcome)
{
    public Guid Id { get; } = id;

    public string Token { get; } = token;

    public WorkerAttempt? Attempt { get; } = attempt;

    /// <summary>How it ended.</summary>
    public HandlerOutcome Outcome { get; private set; } = outcome;

    /// <summary>That as the service wants it.</summary>
    public byte[] Json { get; private set; } = WorkerBodies.Outcome(token, outcome);

    /// <summary>True once it counts no more: its lease is lost.</summary>
    public bool IsDropped { get; set; }

    /// <summary>The result can't be taken, and would be the same the next time: an error in its place.</summary>
    public void Replace(string reason, string detail)
    {
        Outcome = HandlerOutcome.Raised(reason, detail, retry: false);
        Json = WorkerBodies.Outcome(Token, Outcome);
    }
}
