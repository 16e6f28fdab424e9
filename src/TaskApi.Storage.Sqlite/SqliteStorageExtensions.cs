using TaskApi.Engine.Model;
using TaskApi.Storage;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Sqlite;

namespace TaskApi;

/// <summary>Tasks that survive, in a file of this machine: for one process.</summary>
public static class SqliteStorageExtensions
{
    /// <summary>Lets tasks be kept in SQLite.</summary>
    /// <param name="builder">What <c>AddTaskApi</c> returned.</param>
    /// <param name="path">
    /// The database file, from the working directory; it is made where there is none. Null: the settings <c>Tasks:Storage</c> (<c>Sqlite</c>) and <c>Tasks:StoragePath</c>
    /// decide, and without them tasks are in memory.
    /// </param>
    /// <returns>The same, to be added to.</returns>
    public static TaskApiBuilder AddSqliteStorage(this TaskApiBuilder builder, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<SqliteStorage>();
        builder.Services.AddSqlStorage(
            StorageKind.Sqlite, static provider => provider.GetRequiredService<SqliteStorage>(), static provider => new RunClock(provider.GetRequiredService<TimeProvider>()));
        if (path is not null) builder.Services.Configure<TaskOptions>(options => (options.Storage, options.StoragePath) = (StorageKind.Sqlite, path));
        return builder;
    }
}
