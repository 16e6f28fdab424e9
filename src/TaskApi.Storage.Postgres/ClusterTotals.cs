using System.Data.Common;
using TaskApi.Storage.Postgres.Sql;

namespace TaskApi.Storage.Postgres;

/// <summary>What all nodes together have, at one instant.</summary>
/// <param name="Pending">Tasks that are pending.</param>
/// <param name="Finished">Finished tasks that are kept.</param>
/// <param name="Keys">Calls with a key.</param>
/// <param name="Slots">How many sessions may be creating at once, at the most.</param>
/// <param name="Failed">Failed tasks that are kept, which are none of the finished ones.</param>
internal readonly record struct ClusterTotals(long Pending, long Finished, long Keys, long Slots, long Failed)
{
    /// <summary>Takes them from a reader of <see cref="CountSql.Totals"/>.</summary>
    public static ClusterTotals Read(DbDataReader reader)
    {
        reader.Read();
        return new ClusterTotals(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4));
    }
}
