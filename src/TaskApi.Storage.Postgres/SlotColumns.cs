using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>What a transaction adds to the counts of its node's slot, as columns in the order in which <see cref="SlotCounts"/> writes them.</summary>
internal static class SlotColumns
{
    /// <summary>The owners' numbers, and the columns.</summary>
    /// <param name="changed">The owners, in the order of their numbers; with the empty one, to whom counts what belongs to nobody.</param>
    /// <param name="forgotten">How many finished tasks are forgotten.</param>
    /// <param name="keys">How many calls more are kept.</param>
    /// <param name="forgottenFailed">How many failed tasks are forgotten.</param>
    public static (int[] Owners, long[][] Columns) Of(List<OwnerCounts> changed, long forgotten, long keys, long forgottenFailed)
    {
        long[] Column(Func<OwnerCounts, long> added) => [.. changed.Select(added)];
        long[] OfNobody(long added) => Column(owner => owner.Id == 0 ? added : 0);
        return ([.. changed.Select(static owner => owner.Id)],
        [
            Column(static owner => owner.CreatedAdded), Column(static owner => owner.FinishedAdded(TaskState.Completed)),
            Column(static owner => owner.FinishedAdded(TaskState.Cancelled)), Column(static owner => owner.FinishedAdded(TaskState.Failed)),
            OfNobody(forgotten), OfNobody(keys),
            Column(static owner => owner.RunningAdded), Column(static owner => owner.ReadyAdded), Column(static owner => owner.RetriedAdded), Column(static owner => owner.LostAdded),
            OfNobody(forgottenFailed),
        ]);
    }
}
