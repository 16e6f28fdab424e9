using System.Collections.Concurrent;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Work;

/// <summary>Writes down what it is told of its leases.</summary>
internal sealed class Holder : ILeaseHolder
{
    public ConcurrentQueue<(string What, Guid Task)> Told { get; } = new();

    public void OnCancelRequested(CancelNotice notice) => Told.Enqueue((notice.Error.Reason, notice.Token.Task));

    public void OnLeaseLost(LeaseToken token) => Told.Enqueue(("lost", token.Task));
}
