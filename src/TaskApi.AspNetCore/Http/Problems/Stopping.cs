namespace TaskApi.AspNetCore.Http.Problems;

/// <summary>What a call is told that the service can't see through to its end, because it stops.</summary>
internal static class Stopping
{
    // By then a restart, or whoever takes over behind the same address, should be there.
    private const int RetrySeconds = 5;

    /// <summary>The answer.</summary>
    public static ProblemResult Problem() =>
        new(ProblemTypes.ShuttingDown, "The service is stopping: it takes no new tasks and ends every wait.") { RetryAfterSeconds = RetrySeconds };
}
