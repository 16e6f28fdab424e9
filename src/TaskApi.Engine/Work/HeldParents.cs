namespace TaskApi.Engine.Work;

/// <summary>What became of the tasks that one has waited for, held by its attempt. Filled by <see cref="ParentTasks"/>.</summary>
/// <param name="ids">Which, in order.</param>
internal sealed class HeldParents(IReadOnlyList<Guid> ids)
{
    /// <summary>The reason of an error: the results are longer than handlers may hold.</summary>
    public const string ParentsTooLarge = "ParentsTooLarge";

    /// <summary>Of a task that has waited for none.</summary>
    public static readonly HeldParents None = new([]);

    private long? _bound;

    /// <summary>Which, in order.</summary>
    public IReadOnlyList<Guid> Ids => ids;

    /// <summary>What became of each; null while that isn't held.</summary>
    public ParentResult?[] All { get; } = new ParentResult?[ids.Count];

    /// <summary>How many bytes they take, at least.</summary>
    public long Weight { get; private set; }

    /// <summary>Of a task whose parents are longer than all that may be held.</summary>
    public static HeldParents TooLarge(long mostBytes) => new([]) { _bound = mostBytes };

    /// <summary>Holds one more.</summary>
    public void Take(int place, ParentResult parent)
    {
        parent.Holders++;
        All[place] = parent;
        Weight += parent.Weight;
    }

    /// <summary>As handlers see them. Whatever is wrong with their results is the concern of who asks, and of nobody else.</summary>
    /// <exception cref="TaskFailedException">They are too long together.</exception>
    public IReadOnlyList<ParentTask> Show()
    {
        if (_bound is { } most)
            throw new TaskFailedException(ParentsTooLarge, FormattableString.Invariant($"The results of the tasks that this one has waited for are longer together than the {most:N0} bytes that this process holds for its type."), retry: false);
        return Array.ConvertAll(All, static parent => parent!.Show());
    }
}
