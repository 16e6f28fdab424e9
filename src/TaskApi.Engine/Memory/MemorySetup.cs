using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

/// <summary>Tasks in this process's memory.</summary>
internal static class MemorySetup
{
    /// <summary>Offers it.</summary>
    public static IServiceCollection AddMemoryStorage(this IServiceCollection services) => services
        .AddSingleton<MemoryTaskStorage>()
        .AddSingleton<MemoryIdempotencyStore>()
        .AddSingleton(new StorageOffer(
            StorageKind.Memory,
            static provider => provider.GetRequiredService<MemoryTaskStorage>(),
            static provider => provider.GetRequiredService<MemoryIdempotencyStore>(),
            static provider => new MemorySchedules(provider.GetRequiredService<MemoryTaskStorage>(), provider.GetRequiredService<IOptions<TaskOptions>>().Value.MaxSchedules),
            Open: static _ => { }));
}
