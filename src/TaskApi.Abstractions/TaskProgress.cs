namespace TaskApi;

/// <summary>How far a coroutine says that it has come.</summary>
/// <param name="Done">How much is done, in units of its own.</param>
/// <param name="Total">Of how much; null if it doesn't know.</param>
/// <param name="Note">What it is about: up to 256 characters, or null.</param>
/// <param name="At">When it said so.</param>
public sealed record TaskProgress(double Done, double? Total, string? Note, DateTimeOffset At);
