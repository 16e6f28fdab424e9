using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>A storage that a program can have its tasks in: which one it has, <see cref="TaskOptions.Storage"/> says.</summary>
/// <param name="Kind">What it is chosen by.</param>
/// <param name="Tasks">Where the tasks are.</param>
/// <param name="Idempotency">Where calls with a key are.</param>
/// <param name="Schedules">Where the schedules are.</param>
/// <param name="Open">Begins to use it, before anything else starts; throws if that can't be.</param>
internal sealed record StorageOffer(
    StorageKind Kind, Func<IServiceProvider, ITaskStorage> Tasks, Func<IServiceProvider, IIdempotencyStore> Idempotency, Func<IServiceProvider, ISchedules> Schedules, Action<IServiceProvider> Open);
