using System.Text.Json.Serialization;

namespace TaskApi.Client.Http;

internal sealed record NewTaskBody(string Message, double? DelaySeconds, DateTimeOffset? DueAt, string? Name, string? Group, double? TimeoutSeconds)
{
    public static NewTaskBody Of(NewTask task) =>
        new(task.Message, task.Delay?.TotalSeconds, task.DueAt, task.Name, task.Group, task.Timeout?.TotalSeconds);
}

internal sealed record TaskChangeBody(double? DelaySeconds, DateTimeOffset? DueAt, string? Message);

internal sealed record GatherBody(Guid[] Ids, bool ReturnExceptions, double WaitSeconds);

internal sealed record WaitBody(Guid[] Ids, ReturnWhen ReturnWhen, double WaitSeconds);

internal sealed record AsCompletedBody(Guid[] Ids, double WaitSeconds);

internal sealed record DoneAnswer(bool Done);

internal sealed record ResultAnswer(string Result);

internal sealed record CancelledAnswer(long Cancelled);

internal sealed record BatchAnswer(TaskInfo[] Tasks);

internal sealed record GatherAnswer(bool Done, TaskInfo[] Tasks);

internal sealed record ListAnswer(TaskInfo[] Tasks, string? NextCursor);

internal sealed record GapData(long From, long To);

/// <summary>The JSON of the service, without reflection.</summary>
// A task that somebody else has created may have an input that is nested 64 levels deep.
[JsonSourceGenerationOptions(MaxDepth = 128, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NewTaskBody))]
[JsonSerializable(typeof(NewTaskBody[]))]
[JsonSerializable(typeof(TaskChangeBody))]
[JsonSerializable(typeof(GatherBody))]
[JsonSerializable(typeof(WaitBody))]
[JsonSerializable(typeof(AsCompletedBody))]
[JsonSerializable(typeof(DoneAnswer))]
[JsonSerializable(typeof(ResultAnswer))]
[JsonSerializable(typeof(CancelledAnswer))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(GatherAnswer))]
[JsonSerializable(typeof(ListAnswer))]
[JsonSerializable(typeof(GapData))]
[JsonSerializable(typeof(TaskInfo))]
[JsonSerializable(typeof(WaitResult))]
[JsonSerializable(typeof(TaskStats))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ClientJson : JsonSerializerContext;
