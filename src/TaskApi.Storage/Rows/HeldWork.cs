using System.Data.Common;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.Rows;

/// <summary>A task with work: both of its rows.</summary>
/// <param name="Task">What every task has.</param>
/// <param name="Work">What only one with work has.</param>
internal readonly record struct HeldWork(TaskRow Task, WorkRow Work)
{
    /// <summary>What <see cref="Read"/> takes.</summary>
    public static readonly string Columns = $"{string.Join(", ", TaskRow.Columns.Split(", ").Select(static name => "tasks." + name))}, {WorkRow.Columns}";

    /// <summary>What decides what may become of it.</summary>
    public TaskFacts Facts => Work.FactsOf(Task);

    /// <summary>The attempt that runs, or was the last.</summary>
    public LeaseToken Token => new(Task.Id.ToGuid(), Work.Attempt, WorkBlobs.ReadSecret(Work.Secret));

    /// <summary>Takes one from a reader of <see cref="Columns"/>.</summary>
    public static HeldWork Read(DbDataReader reader) => new(TaskRow.Read(reader), WorkRow.Read(reader, TaskRow.ColumnCount));

    /// <summary>The task as clients see it.</summary>
    public TaskSnapshot ToSnapshot(string owner) => Work.ToSnapshot(Task, owner);
}
