using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Hosting;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Security;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Starting;

/// <summary>Logs, when the service listens, where tasks are kept and how many, who may call, and where.</summary>
internal sealed partial class StartReport(
    IOptions<TaskOptions> tasks, IOptions<LimitOptions> limits, IOptions<SecurityOptions> security, IServer server, IServiceProvider services, ILogger<StartReport> logger)
    : LifecycleService
{
    private const double Mebi = 1 << 20;

    /// <inheritdoc/>
    public override Task StartedAsync(CancellationToken cancellationToken)
    {
        var (options, bounds) = (tasks.Value, limits.Value);
        if (options.Storage == StorageKind.Memory)
        {
            Log.InMemory(logger, options.ShutdownGrace.TotalSeconds);
            Log.RoomInMemory(logger, options.MaxPending, options.MaxTaskBytes / Mebi, MemoryBudget.Available / Mebi, bounds.MaxWaits, bounds.MaxStreams);
        }
        else
        {
            Log.InDatabase(logger, services.GetRequiredService<ISqlStorage>().Place);
            Log.Room(logger, options.MaxPending, bounds.MaxWaits, bounds.MaxStreams);
        }

        var addresses = string.Join(' ', server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
        Log.Listening(logger, addresses, security.Value switch
        {
            { NeedsKey: true, ApiKeys.Count: var keys } => $"calls need one of {keys} API keys",
            { AllowAnonymous: true } => "anybody may call",
            _ => "no key is needed, and only this machine is answered",
        });
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(3010, LogLevel.Information, "Room for {MaxPending} pending tasks in {MaxTaskMiB:0} MiB of the {AvailableMiB:0} MiB available, {MaxWaits} waits and {MaxStreams} streams")]
        public static partial void RoomInMemory(ILogger logger, int maxPending, double maxTaskMiB, double availableMiB, int maxWaits, int maxStreams);

        [LoggerMessage(3011, LogLevel.Information, "Room for {MaxPending} pending tasks, {MaxWaits} waits and {MaxStreams} streams")]
        public static partial void Room(ILogger logger, int maxPending, int maxWaits, int maxStreams);

        [LoggerMessage(1110, LogLevel.Information, "Tasks are kept in memory, and end with this process; at a shutdown they may come due for {GraceSeconds} s")]
        public static partial void InMemory(ILogger logger, double graceSeconds);

        [LoggerMessage(1111, LogLevel.Information, "Tasks are kept in {Place}")]
        public static partial void InDatabase(ILogger logger, string place);

        [LoggerMessage(1113, LogLevel.Information, "Listening on {Addresses}; {Access}")]
        public static partial void Listening(ILogger logger, string addresses, string access);
    }
}
