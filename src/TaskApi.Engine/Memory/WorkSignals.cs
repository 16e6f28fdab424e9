using System.Collections.Concurrent;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

/// <summary>Who is to be told something: noted under the storage's lock, told outside of it. Thread-safe.</summary>
internal sealed class WorkSignals
{
    private readonly ConcurrentQueue<Signal> _queue = new();
    private volatile bool _hasAny;

    /// <summary>A call for work has got what it waited for.</summary>
    public void Wake(AcquireWait wait) => Add(new Signal { Acquire = wait });

    /// <summary>A heartbeat may have something to tell.</summary>
    public void Wake(HeartbeatWait wait) => Add(new Signal { Heartbeat = wait });

    /// <summary>A task is asked to end.</summary>
    public void CancelRequested(ILeaseHolder holder, in CancelNotice notice) => Add(new Signal { Holder = holder, Notice = notice });

    /// <summary>A lease is over.</summary>
    public void LeaseLost(ILeaseHolder holder, in LeaseToken token) => Add(new Signal { Holder = holder, Notice = new CancelNotice(token, null!, default), IsLost = true });

    /// <summary>Tells everybody. To be called outside of the lock.</summary>
    public void Send()
    {
        if (_hasAny) SendAll();
    }

    private void SendAll()
    {
        _hasAny = false;
        while (_queue.TryDequeue(out var signal))
        {
            signal.Acquire?.Wake();
            signal.Heartbeat?.Wake();
            if (signal.Holder is not { } holder) continue;
            if (signal.IsLost) holder.OnLeaseLost(signal.Notice.Token);
            else holder.OnCancelRequested(signal.Notice);
        }
    }

    private void Add(in Signal signal)
    {
        _queue.Enqueue(signal);
        _hasAny = true;
    }

    private readonly record struct Signal
    {
        public AcquireWait? Acquire { get; init; }
        public HeartbeatWait? Heartbeat { get; init; }
        public ILeaseHolder? Holder { get; init; }
        public CancelNotice Notice { get; init; }
        public bool IsLost { get; init; }
    }
}
