using System.Text.Json.Serialization;
using TaskApi.Observability;
using TaskApi.Tasks;
using TaskApi.Web.Contracts;
using TaskApi.Web.Problems;

namespace TaskApi;

/// <summary>Every contract that is read or written as JSON; <see cref="Web.Json.JsonConventions"/> says how.</summary>
[JsonSerializable(typeof(CreateTaskRequest))]
[JsonSerializable(typeof(RescheduleTaskRequest))]
[JsonSerializable(typeof(TaskResponse))]
[JsonSerializable(typeof(TaskDoneResponse))]
[JsonSerializable(typeof(TaskResultResponse))]
[JsonSerializable(typeof(TaskListResponse))]
[JsonSerializable(typeof(BulkCancelResponse))]
[JsonSerializable(typeof(StatsResponse))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
internal sealed partial class TaskApiJsonContext : JsonSerializerContext;
