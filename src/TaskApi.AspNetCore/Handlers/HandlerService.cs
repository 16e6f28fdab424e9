using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Hosting;
using TaskApi.Engine.Model;
using TaskApi.Engine.Work;

namespace TaskApi.AspNetCore.Handlers;

/// <summary>
/// Starts handlers with the program and stops them with it: they go on for <see cref="TaskOptions.ShutdownGrace"/> while the storage drains, which is
/// why stopping begins here and is waited for later.
/// </summary>
/// <param name="runner">Runs the handlers.</param>
/// <param name="options">How long they may go on.</param>
[SuppressMessage("Design", "CA1001", Justification = "The source has nothing to dispose of, and a host that is stopped twice may still use it when it is disposed.")]
internal sealed class HandlerService(HandlerRunner runner, IOptions<TaskOptions> options) : LifecycleService
{
    private readonly CancellationTokenSource _patience = new();
    private Task? _stopped;

    /// <inheritdoc/>
    public override Task StartedAsync(CancellationToken cancellationToken)
    {
        // When all that they may need has started.
        runner.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopped ??= runner.StopAsync(options.Value.ShutdownGrace, _patience.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await using var givenUp = cancellationToken.UnsafeRegister(static patience => ((CancellationTokenSource)patience!).Cancel(), _patience);
        await (_stopped ?? Task.CompletedTask);
    }
}
