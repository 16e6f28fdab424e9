using System.Text.Json.Serialization;

namespace TaskApi.Client.Work;

/// <summary>What the service answers a worker, without reflection. Inputs may nest 64 levels, and results that tasks have waited for any number.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = int.MaxValue)]
[JsonSerializable(typeof(AcquireAnswer))]
[JsonSerializable(typeof(FinishAnswer))]
[JsonSerializable(typeof(HeartbeatAnswer))]
[JsonSerializable(typeof(CreatedAnswer))]
internal sealed partial class WorkerJson : JsonSerializerContext;
