using Microsoft.Extensions.DependencyInjection.Extensions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage;

/// <summary>Tasks in a database.</summary>
internal static class SqlSetup
{
    /// <summary>Offers one.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="kind">What it is chosen by.</param>
    /// <param name="database">The database.</param>
    /// <param name="clock">The clock that decides what is due.</param>
    public static void AddSqlStorage(this IServiceCollection services, StorageKind kind, Func<IServiceProvider, ISqlStorage> database, Func<IServiceProvider, RunClock> clock)
    {
        services.AddSingleton(new SqlOffer(kind, database, clock));
        services.TryAddSingleton(static provider => provider.ChosenDatabase().Clock(provider));
        services.TryAddSingleton(static provider => provider.ChosenDatabase().Database(provider));
        services.TryAddSingleton<DatabaseAccess>();
        services.TryAddSingleton<SqlTaskStorage>();
        services.TryAddSingleton<SqlIdempotencyStore>();
        services.AddSingleton(new StorageOffer(
            kind,
            static provider => provider.GetRequiredService<SqlTaskStorage>(),
            static provider => provider.GetRequiredService<SqlIdempotencyStore>(),
            static provider => new SqlSchedules(provider.GetRequiredService<DatabaseAccess>()),
            static provider => provider.GetRequiredService<DatabaseAccess>().Open()));
    }

    private static SqlOffer ChosenDatabase(this IServiceProvider services)
    {
        var chosen = services.ChosenStorage().Kind;
        return services.GetServices<SqlOffer>().First(offer => offer.Kind == chosen);
    }

    private sealed record SqlOffer(StorageKind Kind, Func<IServiceProvider, ISqlStorage> Database, Func<IServiceProvider, RunClock> Clock);
}
