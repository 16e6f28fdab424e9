using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The pending task that the clock has to look at first.</summary>
/// <param name="Tick">When, on the run's clock.</param>
/// <param name="Since">From when on it counts as overdue: not before its creation, if its due time had passed by then.</param>
internal readonly record struct FirstDue(long Tick, long Since)
{
    /// <summary>There is none.</summary>
    public static FirstDue None { get; } = At(long.MaxValue);

    /// <summary>One that was created before it is due.</summary>
    public static FirstDue At(long tick) => new(tick, tick);

    /// <summary>Asks the database, by a statement that has both columns; null if there is none.</summary>
    public static FirstDue? Find(Statement statement)
    {
        using var reader = statement.Read();
        return reader.Read() ? new FirstDue(reader.GetInt64(0), reader.GetInt64(1)) : null;
    }
}
