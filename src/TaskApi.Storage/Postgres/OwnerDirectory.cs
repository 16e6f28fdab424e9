using System.Text;
using Npgsql;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>The numbers by which the database knows owners. Asked once for each by a process, on a connection of its own.</summary>
internal static class OwnerDirectory
{
    /// <summary>The owner's number; he gets one if he has none. For threads that may wait.</summary>
    /// <exception cref="StorageUnavailableException">The database can't be asked now.</exception>
    public static int NumberOf(PostgresStorage storage, string name)
    {
        try
        {
            using var connection = storage.Connect();
            using var find = new NpgsqlCommand(PostgresDialect.FindOwner, connection) { Parameters = { Name(name) } };
            if (find.ExecuteScalar() is int known) return known;
            using var add = new NpgsqlCommand(PostgresDialect.AddOwner, connection) { Parameters = { Name(name) } };
            add.ExecuteNonQuery();
            return (int)find.ExecuteScalar()!;
        }
        catch (Exception exception) when (storage.IsFault(exception))
        {
            throw Unreadable(exception);
        }
    }

    /// <summary>The same without a thread that waits.</summary>
    /// <exception cref="StorageUnavailableException">The database can't be asked now.</exception>
    public static async ValueTask<int> NumberOfAsync(PostgresStorage storage, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(storage, name, cancellationToken).WaitAsync(storage.Deadline, TimeProvider.System, cancellationToken);
        }
        catch (Exception exception) when (storage.IsFault(exception))
        {
            throw Unreadable(exception);
        }
    }

    private static async Task<int> AskAsync(PostgresStorage storage, string name, CancellationToken cancellationToken)
    {
        await using var connection = await storage.ConnectAsync(cancellationToken);
        await using var find = new NpgsqlCommand(PostgresDialect.FindOwner, connection) { Parameters = { Name(name) } };
        if (await find.ExecuteScalarAsync(cancellationToken) is int known) return known;
        await using var add = new NpgsqlCommand(PostgresDialect.AddOwner, connection) { Parameters = { Name(name) } };
        await add.ExecuteNonQueryAsync(cancellationToken);
        return (int)(await find.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The owner who has this number. For threads that may wait.</summary>
    /// <exception cref="StorageUnavailableException">The database can't be asked now.</exception>
    public static string NameOf(PostgresStorage storage, int id)
    {
        try
        {
            using var connection = storage.Connect();
            using var find = new NpgsqlCommand(PostgresDialect.NameOwner, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = id } } };
            return Encoding.UTF8.GetString((byte[])find.ExecuteScalar()!);
        }
        catch (Exception exception) when (storage.IsFault(exception))
        {
            throw Unreadable(exception);
        }
    }

    private static NpgsqlParameter<byte[]> Name(string name) => new() { TypedValue = TaskRow.ToBytes(name)! };

    private static StorageUnavailableException Unreadable(Exception cause) => new("The database can't be read now.", cause);
}
