using System.Text;
using Npgsql;
using TaskApi.Engine;

namespace TaskApi.Sql.Postgres;

/// <summary>The numbers by which the database knows owners. Asked once for each by a process, on a connection of its own.</summary>
internal static class OwnerDirectory
{
    /// <summary>The owner's number; he gets one if he has none.</summary>
    /// <exception cref="StorageUnavailableException">The database can't be asked now.</exception>
    public static int NumberOf(PostgresStorage storage, string name) => Ask(storage, name, static (connection, name) =>
    {
        if (Scalar(connection, PostgresDialect.FindOwner, TaskRow.ToBytes(name)!) is int known) return known;
        Scalar(connection, PostgresDialect.AddOwner, TaskRow.ToBytes(name)!);
        return (int)Scalar(connection, PostgresDialect.FindOwner, TaskRow.ToBytes(name)!)!;
    });

    /// <summary>The owner who has this number.</summary>
    /// <exception cref="StorageUnavailableException">The database can't be asked now.</exception>
    public static string NameOf(PostgresStorage storage, int id) =>
        Ask(storage, id, static (connection, id) => Encoding.UTF8.GetString((byte[])Scalar(connection, PostgresDialect.NameOwner, id)!));

    private static T Ask<TKey, T>(PostgresStorage storage, TKey key, Func<NpgsqlConnection, TKey, T> ask)
    {
        try
        {
            using var connection = storage.Connect();
            return ask(connection, key);
        }
        catch (Exception exception) when (storage.IsFault(exception))
        {
            throw new StorageUnavailableException("The database can't be read now.", exception);
        }
    }

    private static object? Scalar<T>(NpgsqlConnection connection, string text, T value)
    {
        using var command = new NpgsqlCommand(text, connection);
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command.ExecuteScalar();
    }
}
