namespace TaskApi.Engine.Ports;

/// <summary>Registers the ports.</summary>
internal static class PortRegistration
{
    /// <summary>Registers one storage under each of its ports.</summary>
    /// <param name="services">Where.</param>
    /// <param name="choose">The storage.</param>
    /// <param name="chooseIdempotency">What keeps calls with a key beside it.</param>
    public static IServiceCollection AddTaskPorts(
        this IServiceCollection services, Func<IServiceProvider, ITaskStorage> choose, Func<IServiceProvider, IIdempotencyStore> chooseIdempotency) => services
        .AddSingleton(choose)
        .AddSingleton<ITaskCommands>(Storage)
        .AddSingleton<ITaskQueries>(Storage)
        .AddSingleton<ITaskWaits>(Storage)
        .AddSingleton<ITaskFeed>(Storage)
        .AddSingleton<ITaskClock>(Storage)
        .AddSingleton<IStorageHealth>(Storage)
        .AddSingleton<IStorageDrain>(Storage)
        .AddSingleton(chooseIdempotency)
        .AddSingleton(static provider => Storage(provider).Work)
        .AddSingleton(static provider => Storage(provider).History);

    private static ITaskStorage Storage(IServiceProvider services) => services.GetRequiredService<ITaskStorage>();
}
