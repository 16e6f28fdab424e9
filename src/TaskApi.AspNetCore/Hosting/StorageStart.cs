using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Hosting;

/// <summary>Begins to use the storage before anything else starts: a program that can't use it doesn't start.</summary>
internal sealed class StorageStart(IServiceProvider services) : LifecycleService
{
    /// <inheritdoc/>
    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        services.ChosenStorage().Open(services);
        return Task.CompletedTask;
    }
}
