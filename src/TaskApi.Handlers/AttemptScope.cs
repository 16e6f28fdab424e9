using System.Collections;

namespace TaskApi.Handlers;

/// <summary>What is with every line that a handler logs: the id and type of its task, and the number of the attempt.</summary>
/// <param name="id">The task.</param>
/// <param name="type">Its type.</param>
/// <param name="attempt">From 1.</param>
internal sealed class AttemptScope(Guid id, string type, int attempt) : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <inheritdoc/>
    public int Count => 3;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("TaskId", id),
        1 => new("TaskType", type),
        2 => new("Attempt", attempt),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"TaskId:{id} TaskType:{type} Attempt:{attempt}");
}
