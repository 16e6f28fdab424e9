using Microsoft.Data.Sqlite;

namespace TaskApi.Storage.Sqlite;

/// <summary>
/// Puts right what earlier versions did to files that lack the owner with number 0: they looked owners up by their place in the list, so that
/// one was taken for the next, and counted what became of one's tasks as another's. The tasks themselves have always had the right owner's number.
/// </summary>
internal static class OwnerRepair
{
    private const string HasFirst = "SELECT count(*) FROM owners WHERE id = 0";

    /// <summary>What the tasks say: an owner's that are there, by state.</summary>
    private const string Found = """
        SELECT owner, sum(state = 0) AS pending, sum(state = 1) AS completed, sum(state = 2) AS cancelled, sum(state = 3) AS failed FROM tasks GROUP BY owner
        """;

    /// <summary>
    /// How many owners have counts that can't be: other tasks pending than there are, or fewer finished. And once more if all
    /// that have finished are not those that are there and those forgotten.
    /// </summary>
    private const string CountWrong = $"""
        WITH found AS MATERIALIZED ({Found})
        SELECT
          (SELECT count(*) FROM owners LEFT JOIN found ON owner = id
           WHERE created - owners.completed - owners.cancelled - owners.failed <> coalesce(pending, 0) OR owners.completed < coalesce(found.completed, 0)
             OR owners.cancelled < coalesce(found.cancelled, 0) OR owners.failed < coalesce(found.failed, 0))
          + (SELECT count(*) FROM ledger
             WHERE coalesce((SELECT sum(completed + cancelled + failed) FROM owners), 0) - forgotten <> coalesce((SELECT sum(completed + cancelled + failed) FROM found), 0))
        """;

    /// <summary>Whose tasks the forgotten ones were is not known: the counts begin with those that are there.</summary>
    private const string Recount = $"""
        WITH found AS MATERIALIZED ({Found}),
          counts AS MATERIALIZED (SELECT id AS one, coalesce(pending, 0) AS p, coalesce(found.completed, 0) AS d, coalesce(found.cancelled, 0) AS c, coalesce(found.failed, 0) AS f
            FROM owners LEFT JOIN found ON owner = id)
        UPDATE owners SET created = p + d + c + f, completed = d, cancelled = c, failed = f FROM counts WHERE one = id;
        UPDATE ledger SET forgotten = 0
        """;

    /// <summary>Repairs a file of version 1 or 2, if that is needed; one that was never opened twice has the right counts, and keeps them.</summary>
    /// <returns>True if it was.</returns>
    public static bool Run(SqliteTransaction transaction)
    {
        if (Ask(transaction, HasFirst) > 0 || Ask(transaction, CountWrong) == 0) return false;
        using var recount = SqliteSchema.Command(transaction, Recount);
        recount.ExecuteNonQuery();
        return true;
    }

    private static long Ask(SqliteTransaction transaction, string text)
    {
        using var command = SqliteSchema.Command(transaction, text);
        return (long)command.ExecuteScalar()!;
    }
}
