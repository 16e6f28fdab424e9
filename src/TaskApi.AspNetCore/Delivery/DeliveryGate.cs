using Microsoft.Extensions.Options;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>
/// Lets so many calls be under way at once, and so many to each host. A call that finds no room waits for a second at the most; then it goes back to the
/// storage, and is due again about when the host can have come to it. So what is on the way to a host that is dead takes nobody else's place. Hosts take
/// turns. Thread-safe.
/// </summary>
/// <param name="options">How many.</param>
/// <param name="timeProvider">Time, real or a test's.</param>
internal sealed class DeliveryGate(IOptions<DeliveryOptions> options, TimeProvider timeProvider)
{
    /// <summary>How many may wait here, besides those that are under way.</summary>
    public const int Room = 8_192;

    private const int MostWaiting = 4_096;
    private const int MostHosts = 10_000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly int _most = options.Value.MaxConcurrent;
    private readonly int _mostPerHost = options.Value.MaxPerHost;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DeliveryHost> _hosts = [];

    // Those with calls that wait and with room for one: the first is next.
    private readonly LinkedList<DeliveryHost> _next = new();
    private readonly long _origin = timeProvider.GetTimestamp();
    private int _running;

    private TimeSpan Now => timeProvider.GetElapsedTime(_origin);

    /// <summary>Waits for room: null once there is, or after how long to try again.</summary>
    public async ValueTask<TimeSpan?> EnterAsync(string name, CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        DeliveryHost host;
        lock (_gate)
        {
            host = Ensure(name);
            if (_running < _most && host.Running < _mostPerHost && host.Waiting.Count == 0)
            {
                Begin(host);
                return null;
            }

            // One that couldn't keep up a moment ago doesn't keep many waiting.
            var most = host.IsBehind(Now) ? _mostPerHost : MostWaiting;
            if (host.Waiting.Count >= most)
                return host.Defer(Now, _mostPerHost);
            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            host.Waiting.AddLast(turn);
            Queue(host);
        }

        await turn.Task.WaitAsync(_patience, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            if (turn.Task.IsCompleted)
                return null;
            host.Waiting.Remove(turn);
            Queue(host);
            return host.Defer(Now, _mostPerHost);
        }
    }

    /// <summary>A call is over.</summary>
    /// <param name="name">Its host.</param>
    /// <param name="took">How long it took.</param>
    public void Leave(string name, TimeSpan took)
    {
        lock (_gate)
        {
            var host = _hosts[name];
            _running--;
            host.End(took);
            Queue(host);
            while (_running < _most && _next.First is { } first)
            {
                var next = first.Value;
                _next.Remove(first);
                Begin(next);
                next.Waiting.First!.Value.SetResult();
                next.Waiting.RemoveFirst();
                Queue(next);
            }
        }
    }

    private DeliveryHost Ensure(string name)
    {
        if (_hosts.TryGetValue(name, out var host))
            return host;
        if (_hosts.Count >= MostHosts)
        {
            foreach (var (idle, other) in _hosts)
            {
                if (other.IsIdle)
                    _hosts.Remove(idle);
            }
        }

        return _hosts[name] = new DeliveryHost();
    }

    private void Begin(DeliveryHost host)
    {
        _running++;
        host.Running++;
    }

    // Into the row of those that are next, or out of it.
    private void Queue(DeliveryHost host)
    {
        var isNext = host.Waiting.Count > 0 && host.Running < _mostPerHost;
        if (isNext && host.Place.List is null)
            _next.AddLast(host.Place);
        else if (!isNext && host.Place.List is not null)
            _next.Remove(host.Place);
    }
}
