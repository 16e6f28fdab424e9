using Microsoft.Extensions.Options;
using TaskApi.Engine.Memory;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres;
using TaskApi.Storage.Sqlite;

namespace TaskApi.Storage;

/// <summary>Where the tasks are kept: in memory, or in a database.</summary>
internal static class SqlSetup
{
    /// <summary>Registers the storage that <see cref="TaskOptions.Storage"/> names; whoever starts the program opens it (<see cref="DatabaseAccess.Open"/>).</summary>
    public static void AddTaskStorage(this IServiceCollection services)
    {
        services.AddSingleton<SqliteStorage>();
        services.AddSingleton<MemoryTaskStorage>();
        services.AddSingleton<PostgresStorage>();
        services.AddSingleton<RunClock>(static provider => UsesPostgres(provider)
            ? new DatabaseClock(provider.GetRequiredService<TimeProvider>())
            : new RunClock(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ISqlStorage>(static provider => UsesPostgres(provider) ? provider.GetRequiredService<PostgresStorage>() : provider.GetRequiredService<SqliteStorage>());
        services.AddSingleton<DatabaseAccess>();
        services.AddSingleton<SqlTaskStorage>();
        services.AddSingleton<SqlIdempotencyStore>();
        services.AddSingleton<MemoryIdempotencyStore>();
        services.AddTaskPorts(
            static provider => KindOf(provider) == StorageKind.Memory ? provider.GetRequiredService<MemoryTaskStorage>() : provider.GetRequiredService<SqlTaskStorage>(),
            static provider => KindOf(provider) == StorageKind.Memory ? provider.GetRequiredService<MemoryIdempotencyStore>() : provider.GetRequiredService<SqlIdempotencyStore>());
        services.AddSingleton<ISchedules>(static provider => KindOf(provider) == StorageKind.Memory
            ? new MemorySchedules(provider.GetRequiredService<MemoryTaskStorage>(), provider.GetRequiredService<IOptions<TaskOptions>>().Value.MaxSchedules)
            : new SqlSchedules(provider.GetRequiredService<DatabaseAccess>()));
    }

    private static bool UsesPostgres(IServiceProvider provider) => KindOf(provider) == StorageKind.Postgres;

    private static StorageKind KindOf(IServiceProvider provider) => provider.GetRequiredService<IOptions<TaskOptions>>().Value.Storage;
}
