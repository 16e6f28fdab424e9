using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Security;

namespace TaskApi.AspNetCore.Hosting;

/// <summary>
/// Doesn't let a program start whose tasks anybody on the network could see and change. Where the server listens, and what is said of the endpoints, is
/// certain once the program has started; calls that come before that wait for the verdict. Thread-safe.
/// </summary>
internal sealed class NetworkGuard(IOptions<SecurityOptions> security, GuardedPlaces places, IServiceProvider services) : LifecycleService
{
    // Of this, and completed once.
    private readonly TaskCompletionSource<bool> _verdict = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public override async Task StartedAsync(CancellationToken cancellationToken)
    {
        var addresses = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var open = security.Value.IsLoopbackOnly ? addresses.FirstOrDefault(static address => !Loopback.IsAddress(address)) : null;
        var place = open is null ? null : await places.FindOpenAsync();
        _verdict.TrySetResult(place is null);
        if (place is not null)
        {
            throw new InvalidOperationException(
                $"{place.What} would be open to anybody on the network, at {open}. Say who may call: app.{place.Method}(…).RequireAuthorization(). Or configure API keys "
                + "(Security:ApiKeys), or listen on this machine alone, as in --urls http://localhost:5080, or set Security:AllowAnonymous to true if everybody may see and change all tasks.");
        }
    }

    /// <summary>Has a call answered once it is known that it may be, and breaks it off if it may not.</summary>
    public Task AnswerAsync(HttpContext context, RequestDelegate answer) =>
        _verdict.Task is { IsCompletedSuccessfully: true, Result: true } ? answer(context) : AnswerOnceKnownAsync(context, answer);

    private async Task AnswerOnceKnownAsync(HttpContext context, RequestDelegate answer)
    {
        if (await _verdict.Task.WaitAsync(context.RequestAborted)) await answer(context);
        else context.Abort();
    }
}
