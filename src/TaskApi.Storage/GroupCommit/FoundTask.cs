using TaskApi.Engine.Model;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>A task, whether it has work or not.</summary>
/// <param name="Row">What every task has.</param>
/// <param name="Work">What only one with work has; null for a delayed message.</param>
internal readonly record struct FoundTask(TaskRow Row, WorkRow? Work)
{
    /// <summary>What decides what may become of it.</summary>
    public TaskFacts Facts => Work is null ? Row.Facts : Work.FactsOf(Row);

    /// <summary>The task as clients see it.</summary>
    public TaskSnapshot ToSnapshot(string owner) => Work is null ? Row.ToSnapshot(owner) : Work.ToSnapshot(Row, owner);
}
