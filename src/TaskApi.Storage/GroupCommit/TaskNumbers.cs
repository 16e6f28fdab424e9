using TaskApi.Engine.Model;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The numbers of tasks, by which a database finds them.</summary>
internal static class TaskNumbers
{
    /// <summary>The number in each id; 0, which no task has, where it isn't one of this service's.</summary>
    public static long[] Of(IReadOnlyList<Guid> ids)
    {
        var numbers = new long[ids.Count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = TaskId.TryParse(ids[i], out var id) ? id.Sequence : 0;
        return numbers;
    }
}
