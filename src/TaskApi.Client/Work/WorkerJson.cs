using System.Text.Json.Serialization;

namespace TaskApi.Client.Work;

/// <summary>What the service answers a worker, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AcquireAnswer))]
[JsonSerializable(typeof(FinishAnswer))]
[JsonSerializable(typeof(HeartbeatAnswer))]
[JsonSerializable(typeof(CreatedAnswer))]
internal sealed partial class WorkerJson : JsonSerializerContext;
