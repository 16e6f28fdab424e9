namespace TaskApi.Handlers;

/// <summary>How far a handler says that it has come.</summary>
/// <param name="Done">How much is done, in units of its own.</param>
/// <param name="Total">Of how much; null if it doesn't know.</param>
/// <param name="Note">What it is about: up to 256 characters, or null.</param>
internal sealed record AttemptProgress(double Done, double? Total, string? Note);

/// <summary>Progress to be passed on.</summary>
/// <param name="Attempt">Whose.</param>
/// <param name="Progress">How far it has come.</param>
internal readonly record struct ProgressReport(HandlerAttempt Attempt, AttemptProgress Progress);
