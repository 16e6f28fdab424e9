using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Hosting;
using TaskApi.AspNetCore.Security;
using TaskApi.Engine.Model;

namespace TaskApi.WarmingUp;

/// <summary>
/// Has the code of the calls compiled before the service says that it is ready, by using a <see cref="Rehearsal"/>: otherwise the first
/// ones, and the first tasks that come due, would wait for it. The server listens meanwhile.
/// </summary>
/// <param name="options">Says whether it is wanted.</param>
/// <param name="security">Whether calls need a key.</param>
/// <param name="tasks">Where tasks are kept.</param>
/// <param name="server">The server that is to be ready.</param>
/// <param name="logger">Is told if it fails, which stops nothing.</param>
internal sealed partial class WarmUp(
    IOptions<WarmUpOptions> options, IOptions<SecurityOptions> security, IOptions<TaskOptions> tasks, IServer server, ILogger<WarmUp> logger) : LifecycleService
{
    // Many times what it takes.
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(10);

    /// <summary>What is done; another one for tests.</summary>
    public Func<CancellationToken, Task> Rehearse { get; init; } = async cancellationToken =>
    {
        await using var rehearsal = await Rehearsal.StartAsync(tasks.Value, security.Value.NeedsKey, cancellationToken);
        await RehearsedCalls.RunAsync(rehearsal, cancellationToken);
    };

    /// <inheritdoc/>
    public override async Task StartedAsync(CancellationToken cancellationToken)
    {
        // A server without an address is a test's or a tool's, which nobody else calls.
        if (!options.Value.WarmUp || server.Features.Get<IServerAddressesFeature>() is not { Addresses.Count: > 0 })
            return;
        // Owned by this method: the start's token, and an end.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(_longest);
        try
        {
            await Rehearse(end.Token);
        }
        // Whatever it is: the service works without it.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, exception);
        }
        catch (OperationCanceledException)
        {
            // The start itself is given up.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1114, LogLevel.Warning, "The warm-up failed; the service works, but its first calls take longer")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
