using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.InProcess;

/// <summary>What the storage offers for schedules, and how they are described.</summary>
/// <param name="Schedules">The schedules.</param>
/// <param name="Commands">Creates tasks.</param>
/// <param name="Clock">By which they go.</param>
/// <param name="Json">Their JSON, which their tags are made from.</param>
internal sealed record LocalSchedulePorts(ISchedules Schedules, ITaskCommands Commands, ITaskClock Clock, IOptions<ApiJsonOptions> Json);
