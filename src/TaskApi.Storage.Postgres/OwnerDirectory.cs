using System.Text;
using Npgsql;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres;

/// <summary>An owner as the database knows him.</summary>
/// <param name="Id">His number.</param>
/// <param name="Name">His name.</param>
/// <param name="Generation">In which of the database's histories.</param>
internal readonly record struct KnownOwner(int Id, string Name, int Generation);

/// <summary>The numbers by which the database knows owners. Asked once for each by a process, on a connection of its own.</summary>
internal static class OwnerDirectory
{
    /// <summary>The owner's number; he gets one if he has none. For threads that may wait.</summary>
    /// <exception cref="StorageUnavailableException">The database can't be asked now.</exception>
    public static KnownOwner Find(PostgresStorage storage, string name)
    {
        try
        {
            using var connection = storage.Connect();
            using var find = new NpgsqlCommand(ClusterSql.FindOwner, connection) { Parameters = { Name(name) } };
            if (find.ExecuteScalar() is int known) return Known(known);
            using var add = new NpgsqlCommand(ClusterSql.AddOwner, connection) { Parameters = { Name(name) } };
            add.ExecuteNonQuery();
            return Known((int)find.ExecuteScalar()!);

            KnownOwner Known(int id) => new(id, name, storage.GenerationOf(connection));
        }
        catch (Exception exception) when (storage.IsFault(exception))
        {
            throw Unreadable(exception);
        }
    }

    /// <summary>The same without a thread that waits.</summary>
    /// <param name="storage">The database.</param>
    /// <param name="name">His name.</param>
    /// <param name="adds">True to add him if he is new: that waits for whoever is just adding him. Otherwise null says that nobody has, yet.</param>
    /// <param name="cancellationToken">Cancelled when nobody wants to know any more.</param>
    /// <exception cref="StorageUnavailableException">The database can't be asked now.</exception>
    public static async ValueTask<KnownOwner?> FindAsync(PostgresStorage storage, string name, bool adds, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(storage, name, adds, cancellationToken).WaitAsync(storage.Deadline, TimeProvider.System, cancellationToken);
        }
        catch (Exception exception) when (storage.IsFault(exception))
        {
            throw Unreadable(exception);
        }
    }

    private static async Task<KnownOwner?> AskAsync(PostgresStorage storage, string name, bool adds, CancellationToken cancellationToken)
    {
        await using var connection = await storage.ConnectAsync(cancellationToken);
        await using var find = new NpgsqlCommand(ClusterSql.FindOwner, connection) { Parameters = { Name(name) } };
        if (await find.ExecuteScalarAsync(cancellationToken) is int known) return Known(known);
        if (!adds) return null;
        await using var add = new NpgsqlCommand(ClusterSql.AddOwner, connection) { Parameters = { Name(name) } };
        await add.ExecuteNonQueryAsync(cancellationToken);
        return Known((int)(await find.ExecuteScalarAsync(cancellationToken))!);

        KnownOwner Known(int id) => new(id, name, storage.GenerationOf(connection));
    }

    /// <summary>The owner who has this number. For threads that may wait.</summary>
    /// <exception cref="StorageUnavailableException">The database can't be asked now.</exception>
    public static KnownOwner Find(PostgresStorage storage, int id)
    {
        try
        {
            using var connection = storage.Connect();
            using var find = new NpgsqlCommand(ClusterSql.NameOwner, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = id } } };
            return find.ExecuteScalar() is byte[] name
                ? new KnownOwner(id, Encoding.UTF8.GetString(name), storage.GenerationOf(connection))
                : throw new StorageUnavailableException("The database doesn't know the owner any more: it has gone back to an earlier state.");
        }
        catch (Exception exception) when (storage.IsFault(exception))
        {
            throw Unreadable(exception);
        }
    }

    private static NpgsqlParameter<byte[]> Name(string name) => new() { TypedValue = TaskRow.ToBytes(name)! };

    private static StorageUnavailableException Unreadable(Exception cause) => new("The database can't be read now.", cause);
}
