using System.Text.Json.Serialization;

namespace TaskApi.Client.Work;

/// <summary>What the service answers a worker, without reflection. Inputs may nest 64 levels, and lie some levels deep.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 128)]
[JsonSerializable(typeof(AcquireAnswer))]
[JsonSerializable(typeof(FinishAnswer))]
[JsonSerializable(typeof(HeartbeatAnswer))]
[JsonSerializable(typeof(CreatedAnswer))]
internal sealed partial class WorkerJson : JsonSerializerContext;
