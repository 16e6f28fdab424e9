using System.Text.Json;
using System.Text.Json.Serialization;
using TaskApi.AspNetCore.Api;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Api.Events;
using TaskApi.AspNetCore.Api.Gathering;
using TaskApi.AspNetCore.Api.Queues;
using TaskApi.AspNetCore.Api.Schedules;
using TaskApi.AspNetCore.Api.Tasks;
using TaskApi.AspNetCore.Api.Work;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Observability;

namespace TaskApi.AspNetCore;

/// <summary>Every contract that is read or written as JSON; <see cref="JsonConventions"/> says how.</summary>
[JsonSerializable(typeof(CreateTaskRequest))]
[JsonSerializable(typeof(RescheduleTaskRequest))]
[JsonSerializable(typeof(TaskResponse))]
[JsonSerializable(typeof(TaskDoneResponse))]
[JsonSerializable(typeof(TaskResultResponse))]
[JsonSerializable(typeof(TaskListResponse))]
[JsonSerializable(typeof(BulkCancelResponse))]
[JsonSerializable(typeof(StatsResponse))]
[JsonSerializable(typeof(BoundedList<CreateTaskRequest>))]
[JsonSerializable(typeof(BatchResponse))]
[JsonSerializable(typeof(BatchLineProblem))]
[JsonSerializable(typeof(GatherInputRequest))]
[JsonSerializable(typeof(GatherRequest))]
[JsonSerializable(typeof(GatherResponse))]
[JsonSerializable(typeof(WaitRequest))]
[JsonSerializable(typeof(WaitResponse))]
[JsonSerializable(typeof(AsCompletedRequest))]
[JsonSerializable(typeof(AttemptsResponse))]
[JsonSerializable(typeof(RerunResponse))]
[JsonSerializable(typeof(TreeResponse))]
[JsonSerializable(typeof(AcquireRequest))]
[JsonSerializable(typeof(HeartbeatRequest))]
[JsonSerializable(typeof(HeartbeatResponse))]
[JsonSerializable(typeof(FinishRequest))]
[JsonSerializable(typeof(FinishResponse))]
[JsonSerializable(typeof(WorkersResponse))]
[JsonSerializable(typeof(QueueRequest))]
[JsonSerializable(typeof(QueueResponse))]
[JsonSerializable(typeof(QueueListResponse))]
[JsonSerializable(typeof(ScheduleRequest))]
[JsonSerializable(typeof(PauseScheduleRequest))]
[JsonSerializable(typeof(ScheduleResponse))]
[JsonSerializable(typeof(ScheduleListResponse))]
[JsonSerializable(typeof(PreviewResponse))]
[JsonSerializable(typeof(EventGap))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(ProblemDocument))]
// What problems have beside the members of the protocol: see ProblemMembers.
[JsonSerializable(typeof(TaskErrorResponse))]
[JsonSerializable(typeof(GatherFailure[]))]
[JsonSerializable(typeof(AfterRule))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(string[]))]
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
internal sealed partial class TaskApiJsonContext : JsonSerializerContext;
