using System.Data.Common;
using System.Globalization;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The reads of queues: in the same words for all databases. For one caller at a time.</summary>
/// <remarks>Plans matter: a partial index is used only where a statement has its condition.</remarks>
/// <param name="connection">Open; outlives this.</param>
internal sealed class QueueReads(DbConnection connection) : IDisposable
{
    private const string Sums = "CAST(coalesce(sum(pending), 0) AS bigint), CAST(coalesce(sum(ready), 0) AS bigint), CAST(coalesce(sum(running), 0) AS bigint)";

    /// <summary>What a queue has.</summary>
    public const string Count = $"SELECT {Sums} FROM queue_counts WHERE owner = @owner AND queue = @queue";

    /// <summary>What is set of a queue.</summary>
    public const string Find = $"SELECT {QueueRow.Columns} FROM queues WHERE owner = @owner AND name = @queue";

    /// <summary>The names of an owner's queues of which something is set.</summary>
    public const string ListSet = "SELECT name FROM queues WHERE owner = @owner AND name > @after AND leaving = 0 ORDER BY name LIMIT @limit";

    /// <summary>The names of an owner's queues that have any.</summary>
    public const string List = """
        SELECT queue FROM queue_counts WHERE owner = @owner AND queue > @after GROUP BY queue HAVING sum(pending) <> 0 OR sum(ready) <> 0 OR sum(running) <> 0 ORDER BY queue LIMIT @limit
        """;

    /// <summary>The task whose turn it is first among those of a queue with less than a priority: a statement for each way to wait.</summary>
    public static readonly string[] Heads = [Head(1), Head(2), Head(3), Head(4)];

    private readonly Statement _count = new(connection, Count, "@owner", "@queue");
    private readonly Statement _find = new(connection, Find, "@owner", "@queue");
    private readonly Statement _listSet = new(connection, ListSet, "@owner", "@after", "@limit");
    private readonly Statement _list = new(connection, List, "@owner", "@after", "@limit");
    private readonly Statement[] _heads = Array.ConvertAll(Heads, head => new Statement(connection, head, "@owner", "@queue", "@below"));

    /// <summary>What a queue has.</summary>
    public async ValueTask<QueueCounts> CountAsync(QueueName queue, CancellationToken cancellationToken)
    {
        await using var reader = await _count.Set(0, queue.Owner).Set(1, queue.Name).ReadAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new QueueCounts(Math.Max(0, reader.GetInt64(0)), Math.Max(0, reader.GetInt64(1)), Math.Max(0, reader.GetInt64(2)));
    }

    /// <summary>What is set of a queue: as it is committed, also where this process has not heard of it yet. Null if nothing is.</summary>
    public async ValueTask<QueueRow?> FindAsync(QueueName queue, CancellationToken cancellationToken)
    {
        await using var reader = await _find.Set(0, queue.Owner).Set(1, queue.Name).ReadAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? QueueRow.Read(reader) : null;
    }

    /// <summary>The names of an owner's queues that have tasks which aren't done, or of which something is set: of each kind as many as asked for, in their order.</summary>
    public async ValueTask<List<string>> ListAsync(int owner, string after, int limit, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        foreach (var statement in (Statement[])[_list, _listSet])
        {
            await using var reader = await statement.Set(0, owner).Set(1, after).Set(2, (long)limit).ReadAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) names.Add(reader.GetString(0));
        }

        return names;
    }

    /// <summary>When the task of a queue that has waited longest came due, in Unix milliseconds; null if none waits: by a look at each priority.</summary>
    public async ValueTask<long?> FindOldestAsync(QueueName queue, CancellationToken cancellationToken)
    {
        long? oldest = null;
        foreach (var statement in _heads)
        {
            for (long? below = int.MaxValue; below is not null;)
            {
                await using var reader = await statement.Set(0, queue.Owner).Set(1, queue.Name).Set(2, (int)below.Value).ReadAsync(cancellationToken);
                below = await reader.ReadAsync(cancellationToken) ? reader.GetInt32(0) : null;
                if (below is not null) oldest = Math.Min(oldest ?? long.MaxValue, reader.GetInt64(1));
            }
        }

        return oldest;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_count, _find, _list, _listSet, .. _heads]) statement.Dispose();
    }

    private static string Head(int ready) => string.Create(CultureInfo.InvariantCulture, $"""
        SELECT priority, due FROM work WHERE owner = @owner AND queue = @queue AND ready = {ready} AND priority < @below ORDER BY priority DESC, due LIMIT 1
        """);
}
