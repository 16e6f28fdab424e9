using TaskApi.Engine.Model;
using TaskApi.Handlers;

namespace TaskApi.Engine.Work;

/// <summary>
/// Finds attempts by their tokens. A storage may tell of a lease before whoever acquired it knows that it has it: what is said of an unknown token
/// while a call for work is under way is remembered until that call's answer is here. Thread-safe.
/// </summary>
internal sealed class AttemptTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<LeaseToken, LeasedAttempt> _attempts = new(new BySecret());
    private readonly Dictionary<LeaseToken, AttemptSignals> _early = [];
    private bool _isExpecting;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _attempts.Count;
        }
    }

    /// <summary>A call for work begins.</summary>
    public void Expect()
    {
        lock (_gate)
            _isExpecting = true;
    }

    /// <summary>The call is answered.</summary>
    /// <param name="attempts">What it has brought.</param>
    /// <returns>What was said of some of them in the meantime; null if nothing was.</returns>
    public List<(LeasedAttempt Attempt, AttemptSignals Signals)>? Add(ReadOnlySpan<LeasedAttempt> attempts)
    {
        List<(LeasedAttempt, AttemptSignals)>? told = null;
        lock (_gate)
        {
            foreach (var attempt in attempts)
            {
                _attempts.Add(attempt.Token, attempt);
                if (_early.Count > 0 && _early.Remove(attempt.Token, out var signals))
                    (told ??= []).Add((attempt, signals));
            }

            _early.Clear();
            _isExpecting = false;
        }

        return told;
    }

    /// <summary>The attempt that a token was given out for; null if it is over, or if that isn't known yet.</summary>
    /// <param name="token">The token.</param>
    /// <param name="signal">What is said of it.</param>
    public LeasedAttempt? Find(LeaseToken token, AttemptSignals signal)
    {
        lock (_gate)
        {
            if (_attempts.TryGetValue(token, out var attempt))
                return attempt;
            if (_isExpecting)
                _early[token] = _early.GetValueOrDefault(token) | signal;
            return null;
        }
    }

    /// <summary>An attempt is over.</summary>
    public void Remove(LeasedAttempt attempt)
    {
        lock (_gate)
            _attempts.Remove(attempt.Token);
    }

    /// <summary>All that there are now.</summary>
    public LeasedAttempt[] ToArray()
    {
        lock (_gate)
            return [.. _attempts.Values];
    }

    // A part of it is random, and that will do.
    private sealed class BySecret : IEqualityComparer<LeaseToken>
    {
        public bool Equals(LeaseToken x, LeaseToken y) => x.Secret == y.Secret && x.Attempt == y.Attempt && x.Task == y.Task;

        public int GetHashCode(LeaseToken obj) => (int)(uint)obj.Secret;
    }
}
