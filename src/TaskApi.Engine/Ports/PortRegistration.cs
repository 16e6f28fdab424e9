using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>Registers the ports.</summary>
internal static class PortRegistration
{
    /// <summary>Registers the chosen one of the storages that are offered under each of its ports.</summary>
    public static IServiceCollection AddTaskPorts(this IServiceCollection services) => services
        .AddSingleton(static provider => provider.ChosenStorage().Tasks(provider))
        .AddSingleton<ITaskCommands>(Storage)
        .AddSingleton<ITaskQueries>(Storage)
        .AddSingleton<ITaskWaits>(Storage)
        .AddSingleton<ITaskFeed>(Storage)
        .AddSingleton<ITaskClock>(Storage)
        .AddSingleton<IStorageHealth>(Storage)
        .AddSingleton<IStorageDrain>(Storage)
        .AddSingleton(static provider => provider.ChosenStorage().Idempotency(provider))
        .AddSingleton(static provider => provider.ChosenStorage().Schedules(provider))
        .AddSingleton(static provider => Storage(provider).Work)
        .AddSingleton(static provider => Storage(provider).History)
        .AddSingleton(static provider => Storage(provider).Queues);

    /// <summary>The storage that <see cref="TaskOptions.Storage"/> names.</summary>
    /// <exception cref="InvalidOperationException">The program doesn't have it.</exception>
    public static StorageOffer ChosenStorage(this IServiceProvider services)
    {
        var kind = services.GetRequiredService<IOptions<TaskOptions>>().Value.Storage;
        return services.GetServices<StorageOffer>().FirstOrDefault(offer => offer.Kind == kind) ?? throw new InvalidOperationException(
            $"Tasks:Storage is {kind}, which this program doesn't have: add the package TaskApi.Storage.{kind}, and call Add{kind}Storage() on what AddTaskApi() returned.");
    }

    private static ITaskStorage Storage(IServiceProvider services) => services.GetRequiredService<ITaskStorage>();
}
