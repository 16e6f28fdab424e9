using System.Data.Common;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What an owner has, and has had, as committed.</summary>
/// <param name="Created">Tasks that were created.</param>
/// <param name="Completed">Those that have completed.</param>
/// <param name="Cancelled">Those that were cancelled.</param>
/// <param name="Failed">Those that failed.</param>
/// <param name="Running">Those that run.</param>
/// <param name="Ready">Those that wait for their turn.</param>
/// <param name="Retried">How often one was to be begun again after an error.</param>
/// <param name="Lost">How many attempts were lost.</param>
internal readonly record struct OwnerTotals(long Created, long Completed, long Cancelled, long Failed, long Running, long Ready, long Retried, long Lost)
{
    /// <summary>As this process has counted, which has the database to itself.</summary>
    public static OwnerTotals Of(OwnerCounts owner) => new(
        owner.Created, owner.Finished(TaskState.Completed), owner.Finished(TaskState.Cancelled), owner.Finished(TaskState.Failed), owner.Running, owner.Ready, owner.Retried, owner.Lost);

    /// <summary>Takes them from a reader of <see cref="ReadTexts.OwnerTotals"/>.</summary>
    public static OwnerTotals Read(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7));
}
