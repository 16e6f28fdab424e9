using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Security;

/// <summary>
/// Whether all who can have tasks here are on this machine. A program that asks who calls, or tells owners apart, is meant for others, though a proxy
/// of this machine may be all that reaches it; and whoever calls one without a server, which shares a database, calls another node. Thread-safe.
/// </summary>
/// <param name="security">Who may call.</param>
/// <param name="tasks">Where tasks are.</param>
/// <param name="places">Where in a program TaskApi is.</param>
/// <param name="services">Has the server.</param>
internal sealed class LocalCallers(IOptions<SecurityOptions> security, IOptions<TaskOptions> tasks, GuardedPlaces places, IServiceProvider services)
{
    private volatile Task<bool>? _areAll;

    /// <summary>True if all are.</summary>
    // Where the server listens is certain once it has started, which is before the first call of a URL.
    public Task<bool> AreAllAsync() => _areAll is { IsFaulted: false } known ? known : _areAll = FindAsync();

    private async Task<bool> FindAsync()
    {
        if (!security.Value.IsLoopbackOnly || services.GetService<UserOwners>() is not null || services.GetService<ReadOnlyUsers>() is not null)
            return false;
        if (services.GetService<IServer>() is not { } server)
            return tasks.Value.Storage != StorageKind.Postgres;
        return (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).All(Loopback.IsAddress) && !await places.HasProtectedAsync();
    }
}
