using TaskApi.Engine.Model;
using TaskApi.Storage;
using TaskApi.Storage.Postgres;

namespace TaskApi;

/// <summary>Tasks that survive, in a PostgreSQL database that any number of processes share.</summary>
public static class PostgresStorageExtensions
{
    /// <summary>Lets tasks be kept in PostgreSQL, where the setting <c>Tasks:Storage</c> is <c>Postgres</c>; the connection string is <c>ConnectionStrings:Tasks</c>.</summary>
    /// <param name="builder">What <c>AddTaskApi</c> returned.</param>
    /// <returns>The same, to be added to.</returns>
    public static TaskApiBuilder AddPostgresStorage(this TaskApiBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<PostgresStorage>();
        builder.Services.AddSqlStorage(
            StorageKind.Postgres, static provider => provider.GetRequiredService<PostgresStorage>(), static provider => new DatabaseClock(provider.GetRequiredService<TimeProvider>()));
        return builder;
    }
}
