using TaskApi.Engine.Model;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The numbers of tasks, by which a database finds them.</summary>
internal static class TaskNumbers
{
    /// <summary>The number in each id; 0, which no task has, where it isn't one of this service's.</summary>
    public static long[] Of(IReadOnlyList<Guid> ids)
    {
        var numbers = new long[ids.Count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = Of(ids[i]);
        return numbers;
    }

    /// <summary>The number in an id; 0 as above.</summary>
    public static long Of(Guid id) => TaskId.TryParse(id, out var parsed) ? parsed.Sequence : 0;
}
