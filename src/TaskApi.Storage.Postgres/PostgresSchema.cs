using System.Globalization;
using System.Text;
using Npgsql;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Schema;

namespace TaskApi.Storage.Postgres;

/// <summary>The tables, and their migrations: one transaction under a lock, so that any number of nodes may start at once.</summary>
internal static class PostgresSchema
{
    private const int LongestName = 50;

    // Not to_regclass: it may answer what it knew before another node made the tables.
    private const string FindTable = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = ";

    private const string ReadVersion = "SELECT version FROM taskapi_schema";

    private const string Lock = "SELECT pg_advisory_xact_lock(hashtext('taskapi_schema')::bigint)";

    // A dump that is running holds the tables: others must not wait behind one that wants to change them.
    private const string Patience = "SET LOCAL lock_timeout = '2s'";

    // From one version to the next.
    private static readonly string[][] _migrations = SchemaScripts.Read(typeof(PostgresSchema).Assembly);

    /// <summary>The schema in which the tables are, or are to be.</summary>
    /// <exception cref="StorageRefusedException">There is none, or it can't be used.</exception>
    public static string Name(NpgsqlConnection connection)
    {
        if (Ask(connection, "SELECT current_schema()::text") is not string schema) throw ConnectionString.Refuse("has a Search Path without any schema that exists.");
        // It is a part of the name of a channel, of which no more than 63 bytes count.
        return Encoding.UTF8.GetByteCount(schema) <= LongestName ? schema : throw ConnectionString.Refuse($"has a Search Path with a schema whose name is too long: it may have {LongestName} bytes.");
    }

    /// <summary>Brings the tables up to date. A role that may not make tables is enough where they are.</summary>
    /// <exception cref="StorageRefusedException">They aren't this service's, or of a newer version.</exception>
    public static void Migrate(NpgsqlConnection connection) => Migrate(connection, _migrations.Length);

    /// <summary>Brings them up to the state of a version, at the most: for tests of the later ones.</summary>
    internal static void Migrate(NpgsqlConnection connection, int last)
    {
        if (Find(connection) == last) return;
        using var transaction = connection.BeginTransaction();
        Execute(connection, SessionSettings.Unbounded);
        Execute(connection, Lock);
        // Another node may have done so meanwhile.
        var version = Find(connection);
        if (version >= last) return;
        if (version == 0 && Ask(connection, FindTable + "'tasks'") is not null)
            throw ConnectionString.Refuse("names a schema with a table 'tasks' of another program; give the service a schema of its own (Search Path=...).");
        Execute(connection, Patience);
        foreach (var statement in _migrations[version..last].SelectMany(static statements => statements)) Execute(connection, statement);
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"UPDATE taskapi_schema SET version = {last}"));
        transaction.Commit();
    }

    private static int Find(NpgsqlConnection connection)
    {
        if (Ask(connection, FindTable + "'taskapi_schema'") is null) return 0;
        var version = (int)Ask(connection, ReadVersion)!;
        return version <= _migrations.Length ? version : throw ConnectionString.Refuse($"names a database of a newer version of this service: its schema is {version}, this program knows {_migrations.Length}.");
    }

    private static object? Ask(NpgsqlConnection connection, string text)
    {
        using var command = new NpgsqlCommand(text, connection);
        return command.ExecuteScalar() is { } answer && answer is not DBNull ? answer : null;
    }

    private static void Execute(NpgsqlConnection connection, string text)
    {
        // A large table takes its time.
        using var command = new NpgsqlCommand(text, connection) { CommandTimeout = 0 };
        command.ExecuteNonQuery();
    }
}
