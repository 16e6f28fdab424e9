using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// The attempts that were started in this process, and those that were heard of if it is the only one: who runs them. The database is the truth; what this
/// knows is for whoever asks here. Thread-safe.
/// </summary>
/// <param name="isShared">True if other processes start and end attempts, too: whoever ends one that it hasn't started tells the others, so that only one may know of it.</param>
internal sealed class RunningAttempts(bool isShared)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, RunningAttempt> _attempts = [];

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _attempts.Count;
        }
    }

    /// <summary>An attempt has begun, or another worker has taken it over.</summary>
    public void Note(long sequence, in RunningAttempt attempt)
    {
        lock (_gate) _attempts[sequence] = attempt;
    }

    /// <summary>A worker has said that it runs an attempt.</summary>
    public void Take(long sequence, int attempt, string? owner, string worker)
    {
        lock (_gate)
        {
            if (!_attempts.TryGetValue(sequence, out var known) && isShared) return;
            if (known.Attempt > attempt || (known.Attempt == attempt && known.Worker == worker)) return;
            _attempts[sequence] = new RunningAttempt(attempt, owner, worker, known.Attempt == attempt ? known.Holder : null);
        }
    }

    /// <summary>An attempt is over; answers who ran it, if that is known.</summary>
    public string? End(long sequence, int attempt)
    {
        lock (_gate) return _attempts.TryGetValue(sequence, out var known) && known.Attempt == attempt && _attempts.Remove(sequence) ? known.Worker : null;
    }

    /// <summary>Who is to be told of an attempt; null for nobody here.</summary>
    public ILeaseHolder? FindHolder(long sequence, int attempt)
    {
        lock (_gate) return _attempts.TryGetValue(sequence, out var known) && known.Attempt == attempt ? known.Holder : null;
    }

    /// <summary>True if an attempt is known here.</summary>
    public bool Knows(long sequence, int attempt)
    {
        lock (_gate) return _attempts.TryGetValue(sequence, out var known) && known.Attempt == attempt;
    }

    /// <summary>All of them, by the numbers of the tasks and theirs.</summary>
    public List<(long Sequence, int Attempt)> All()
    {
        lock (_gate) return [.. _attempts.Select(static one => (one.Key, one.Value.Attempt))];
    }

    /// <summary>How many attempts each worker of an owner runs. Costs as much as there are attempts.</summary>
    public Dictionary<string, int> CountByWorker(string owner)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        lock (_gate)
        {
            foreach (var attempt in _attempts.Values)
                if (attempt.Owner == owner) counts[attempt.Worker] = counts.GetValueOrDefault(attempt.Worker) + 1;
        }

        return counts;
    }
}
