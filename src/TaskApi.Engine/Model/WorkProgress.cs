namespace TaskApi.Engine.Model;

/// <summary>How far a coroutine says that it has come.</summary>
/// <param name="Done">How much is done, in units of its own.</param>
/// <param name="Total">Of how much; null if it doesn't know.</param>
/// <param name="Note">What it is about: up to 256 characters, or null.</param>
/// <param name="At">When it said so. The storage sets it.</param>
internal sealed record WorkProgress(double Done, double? Total, string? Note, DateTimeOffset At = default);
