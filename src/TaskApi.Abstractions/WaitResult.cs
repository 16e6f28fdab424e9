namespace TaskApi;

/// <summary>Where the tasks of a wait stand: each once, in the order given.</summary>
/// <param name="Done">Those that are done.</param>
/// <param name="Pending">Those that aren't.</param>
public sealed record WaitResult(IReadOnlyList<TaskInfo> Done, IReadOnlyList<TaskInfo> Pending);
