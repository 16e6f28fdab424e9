namespace TaskApi.Handlers;

/// <summary>Tells wherever attempts came from how they ended. Thread-safe.</summary>
internal interface IAttemptOutcomes
{
    /// <summary>An attempt has ended. Must not throw, nor wait.</summary>
    void Add(HandlerAttempt attempt, in HandlerOutcome outcome);
}
