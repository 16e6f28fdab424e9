namespace TaskApi.AspNetCore.Delivery;

/// <summary>A host that is called, or was. Used under the gate's lock.</summary>
internal sealed class DeliveryHost
{
    private static readonly TimeSpan _least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(10);

    private TimeSpan _nextTurn;
    private double _meanSeconds = 1;

    public DeliveryHost() => Place = new LinkedListNode<DeliveryHost>(this);

    /// <summary>Its place among those that are next.</summary>
    public LinkedListNode<DeliveryHost> Place { get; }

    /// <summary>Calls that wait for their turn.</summary>
    public LinkedList<TaskCompletionSource> Waiting { get; } = new();

    /// <summary>How many calls are under way.</summary>
    public int Running { get; set; }

    /// <summary>True if nothing is under way to it.</summary>
    public bool IsIdle => Running == 0 && Waiting.Count == 0;

    /// <summary>True if calls that it had no room for have not come back yet.</summary>
    /// <param name="now">By elapsed time: a wall clock may be set back.</param>
    public bool IsBehind(TimeSpan now) => _nextTurn > now;

    /// <summary>After how long a call that there is no room for is to come again: each a little later than the one before, as fast as the host answers.</summary>
    public TimeSpan Defer(TimeSpan now, int mostRunning)
    {
        _nextTurn = _nextTurn > now + _least ? _nextTurn : now + _least;
        var delay = _nextTurn - now;
        _nextTurn += TimeSpan.FromSeconds(_meanSeconds / mostRunning);
        return delay < _longest ? delay : _longest;
    }

    /// <summary>A call is over.</summary>
    public void End(TimeSpan took)
    {
        Running--;
        _meanSeconds += (took.TotalSeconds - _meanSeconds) / 8;
    }
}
