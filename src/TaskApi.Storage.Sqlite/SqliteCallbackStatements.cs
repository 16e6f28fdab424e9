using System.Data.Common;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Sqlite;

/// <summary>The writer's statements about what is called when tasks are done. For the writer alone.</summary>
/// <param name="connection">Open; outlives the statements.</param>
/// <param name="findTask">The task with a number, as the transaction has it.</param>
internal sealed class SqliteCallbackStatements(DbConnection connection, Func<long, TaskRow?> findTask) : ICallbackStatements, IDisposable
{
    private readonly Statement _insert = new(connection, "INSERT INTO callbacks (sequence, ends, target) VALUES (@sequence, @ends, @target)", "@sequence", "@ends", "@target");
    private readonly Statement _find = new(connection, "SELECT ends, target FROM callbacks WHERE sequence = @sequence", "@sequence");

    /// <inheritdoc/>
    public void Insert(long sequence, CallbackSpec callback) => _insert.Set(0, sequence).Set(1, (long)callback.Ends).Set(2, callback.Target).Execute();

    /// <inheritdoc/>
    public CallbackSpec? Find(long sequence)
    {
        using var reader = _find.Set(0, sequence).Read();
        return reader.Read() ? new CallbackSpec(reader.GetFieldValue<byte[]>(1), reader.GetInt32(0)) : null;
    }

    /// <inheritdoc/>
    /// <remarks>Nobody else is there to end them.</remarks>
    public IReadOnlyList<EndedTask> Take(IReadOnlyList<long> ended, IReadOnlyList<long> unread)
    {
        var rows = unread.ToHashSet();
        var taken = new List<EndedTask>(ended.Count);
        foreach (var sequence in ended)
            if (Find(sequence) is { } callback) taken.Add(new EndedTask(sequence, callback, rows.Contains(sequence) ? findTask(sequence) : null, Work: null));
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _insert.Dispose();
        _find.Dispose();
    }
}
