using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.InProcess;

/// <summary>What the storage offers.</summary>
/// <param name="Commands">Changes tasks.</param>
/// <param name="Queries">Shows them.</param>
/// <param name="Waits">Finds what to await.</param>
/// <param name="History">Runs them again.</param>
/// <param name="Feed">Tells what happens.</param>
/// <param name="TimeProvider">Time, real or a test's.</param>
internal sealed record LocalPorts(ITaskCommands Commands, ITaskQueries Queries, ITaskWaits Waits, IWorkHistory History, ITaskFeed Feed, TimeProvider TimeProvider);
