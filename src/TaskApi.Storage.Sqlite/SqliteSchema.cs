using Microsoft.Data.Sqlite;
using TaskApi.Storage.Schema;

namespace TaskApi.Storage.Sqlite;

/// <summary>The tables, and their migrations: one transaction, so that one that breaks off has not begun.</summary>
internal static class SqliteSchema
{
    // From one version to the next.
    private static readonly string[][] _migrations = SchemaScripts.Read(typeof(SqliteSchema).Assembly);

    /// <summary>The schema that this program works with; its number is the file's <c>user_version</c>.</summary>
    public static int Version => _migrations.Length;

    /// <summary>Brings the tables up to date.</summary>
    /// <param name="connection">To the file, which is nobody else's.</param>
    /// <param name="version">What the file has now; 0 if it is empty.</param>
    /// <returns>True if counts had to be repaired.</returns>
    public static bool Migrate(SqliteConnection connection, int version)
    {
        if (version == Version) return false;
        using var transaction = connection.BeginTransaction(deferred: false);
        // Versions 1 and 2 could lose the owner with number 0, and then took owners for one another.
        var isRepaired = version is 1 or 2 && OwnerRepair.Run(transaction);
        foreach (var statement in _migrations.Skip(version).SelectMany(static statements => statements)) Execute(transaction, statement);
        Execute(transaction, $"PRAGMA application_id = {SqliteHeader.ApplicationId}");
        Execute(transaction, $"PRAGMA user_version = {Version}");
        transaction.Commit();
        return isRepaired;
    }

    /// <summary>A command in the transaction.</summary>
    public static SqliteCommand Command(SqliteTransaction transaction, string text)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        return command;
    }

    private static void Execute(SqliteTransaction transaction, string text)
    {
        using var command = Command(transaction, text);
        command.ExecuteNonQuery();
    }
}
