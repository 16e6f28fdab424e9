using TaskApi.AspNetCore.Api.Tasks;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.InProcess;

/// <summary>What the storage offers, and what waits for it.</summary>
/// <param name="Commands">Changes tasks.</param>
/// <param name="Queries">Shows them.</param>
/// <param name="Waits">Finds what to await.</param>
/// <param name="History">Runs them again.</param>
/// <param name="Feed">Tells what happens.</param>
/// <param name="Waiter">Waits, until the program stops.</param>
/// <param name="Reader">Waits for one task.</param>
internal sealed record LocalPorts(ITaskCommands Commands, ITaskQueries Queries, ITaskWaits Waits, IWorkHistory History, ITaskFeed Feed, TaskWaiter Waiter, TaskReader Reader);
