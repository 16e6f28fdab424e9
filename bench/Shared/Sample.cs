namespace TaskApi.Bench;

/// <summary>Measured values, and what can be said about them. Thread-safe to add to.</summary>
internal sealed class Sample
{
    private readonly Lock _gate = new();
    private readonly List<double> _values = [];
    private bool _sorted;

    /// <summary>How many there are.</summary>
    public int Count => _values.Count;

    /// <summary>The smallest; NaN if there is none.</summary>
    public double Min => At(0);

    /// <summary>The largest; NaN if there is none.</summary>
    public double Max => At(1);

    /// <summary>Adds a value.</summary>
    public void Add(double value)
    {
        lock (_gate)
        {
            _values.Add(value);
            _sorted = false;
        }
    }

    /// <summary>The value that a fraction of all does not exceed; NaN if there is none.</summary>
    public double At(double fraction)
    {
        lock (_gate)
        {
            if (_values.Count == 0) return double.NaN;
            if (!_sorted) _values.Sort();
            _sorted = true;
            return _values[Math.Max(0, (int)Math.Ceiling(_values.Count * fraction) - 1)];
        }
    }
}
