namespace TaskApi.Engine.Memory;

/// <summary>
/// Where tasks were created earlier, by the wall clock, than the times in their ids say: while that clock, having been set back, shows what it had
/// shown before. Noted under the storage's lock; read without.
/// </summary>
internal sealed class BackwardTimes
{
    /// <summary>How many stretches are kept apart; of more the oldest two are taken for one.</summary>
    public const int Most = 64;

    private volatile Stretch[] _stretches = [];
    private long _idTime;

    /// <summary>A task has been created.</summary>
    /// <param name="sequence">Its number, higher than any before.</param>
    /// <param name="createdAt">When, in Unix milliseconds.</param>
    /// <returns>The time in its id: the same, but never less than that of the task before.</returns>
    public long Note(long sequence, long createdAt)
    {
        if (createdAt >= _idTime) return _idTime = createdAt;
        if (_stretches is not [.., var last] || last.IdTime != _idTime) Add(last = new Stretch(_idTime, createdAt));
        last.Earliest = Math.Min(last.Earliest, createdAt);
        last.Last = sequence;
        return _idTime;
    }

    /// <summary>Where tasks created before an instant have ended, at the latest, if those whose ids say so have at <paramref name="end"/>.</summary>
    /// <param name="end">A number.</param>
    /// <param name="until">The instant, in Unix milliseconds.</param>
    public long End(long end, long until)
    {
        foreach (var stretch in _stretches)
            if (stretch.Earliest < until) end = Math.Max(end, stretch.Last + 1);
        return end;
    }

    private void Add(Stretch added)
    {
        if (_stretches.Length < Most)
        {
            _stretches = [.. _stretches, added];
            return;
        }

        var (first, second) = (_stretches[0], _stretches[1]);
        _stretches = [new Stretch(second.IdTime, Math.Min(first.Earliest, second.Earliest)) { Last = second.Last }, .. _stretches.AsSpan(2), added];
    }

    /// <summary>Tasks that follow one another, and have one time in their ids.</summary>
    private sealed class Stretch(long idTime, long earliest)
    {
        private long _earliest = earliest;
        private long _last;

        public long IdTime => idTime;

        /// <summary>When the first of them was created, by the wall clock.</summary>
        public long Earliest
        {
            get => Volatile.Read(ref _earliest);
            set => Volatile.Write(ref _earliest, value);
        }

        /// <summary>The number of the last.</summary>
        public long Last
        {
            get => Volatile.Read(ref _last);
            set => Volatile.Write(ref _last, value);
        }
    }
}
