using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.AspNetCore.Hosting;

/// <summary>Opens the database, if there is one, before anything else starts: a service that can't use it doesn't start.</summary>
internal sealed class StorageStart(IOptions<TaskOptions> options, IServiceProvider services) : LifecycleService
{
    /// <inheritdoc/>
    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Storage != StorageKind.Memory)
            services.GetRequiredService<DatabaseAccess>().Open();
        return Task.CompletedTask;
    }
}
