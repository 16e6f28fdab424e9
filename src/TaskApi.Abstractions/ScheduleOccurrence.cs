namespace TaskApi;

/// <summary>An occurrence of a schedule, as the task that it made knows it.</summary>
/// <param name="Name">The schedule's name.</param>
/// <param name="At">The occurrence's instant; the task may be due later.</param>
public sealed record ScheduleOccurrence(string Name, DateTimeOffset At);
