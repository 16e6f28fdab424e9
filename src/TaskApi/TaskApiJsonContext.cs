using System.Text.Json.Serialization;
using TaskApi.Events;
using TaskApi.Gathering;
using TaskApi.Observability;
using TaskApi.Tasks;
using TaskApi.Web.Contracts;
using TaskApi.Web.Json;
using TaskApi.Web.Problems;

namespace TaskApi;

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
[JsonSerializable(typeof(GatherRequest))]
[JsonSerializable(typeof(GatherResponse))]
[JsonSerializable(typeof(WaitRequest))]
[JsonSerializable(typeof(WaitResponse))]
[JsonSerializable(typeof(AsCompletedRequest))]
[JsonSerializable(typeof(EventGap))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
internal sealed partial class TaskApiJsonContext : JsonSerializerContext;
