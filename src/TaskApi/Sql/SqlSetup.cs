using Microsoft.Extensions.Options;
using TaskApi.Engine;

namespace TaskApi.Sql;

/// <summary>Where the tasks are kept: in memory, or in a database.</summary>
internal static class SqlSetup
{
    /// <summary>Registers the registry that <see cref="TaskOptions.Storage"/> names; a database is opened before the server listens.</summary>
    public static void AddTaskRegistry(this IServiceCollection services)
    {
        services.AddSingleton<SqliteStorage>();
        services.AddSingleton<MemoryTaskRegistry>();
        services.AddSingleton<SqlTaskRegistry>();
        services.AddSingleton<ITaskRegistry>(static provider => provider.GetRequiredService<IOptions<TaskOptions>>().Value.Storage switch
        {
            StorageKind.Sqlite => provider.GetRequiredService<SqlTaskRegistry>(),
            _ => provider.GetRequiredService<MemoryTaskRegistry>(),
        });
        services.AddHostedService<SqlStart>();
    }
}
