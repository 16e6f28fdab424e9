using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The work of new tasks, of which some run from their creation on. For the writer alone.</summary>
internal static class NewRuns
{
    /// <summary>Writes it down.</summary>
    public static void Insert(IWorkStatements statements, ICounters counters, WorkRow work, OwnerCounts owner)
    {
        statements.Insert(work);
        if (!work.IsRunning) return;
        // A new row has no attempt.
        statements.Change(work);
        counters.CountRunning(owner, 1);
    }
}
