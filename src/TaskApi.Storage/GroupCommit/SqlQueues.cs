using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>The queues of a database.</summary>
/// <param name="database">The database, in use.</param>
internal sealed class SqlQueues(DatabaseAccess database) : IQueues
{
    /// <inheritdoc/>
    public async ValueTask<QueueInfo> FindAsync(string owner, string name, CancellationToken cancellationToken)
    {
        var workers = await database.Workers.CountByQueueAsync(owner, cancellationToken);
        return await DescribeAsync(await database.Counters.FindAsync(owner, cancellationToken), name, workers, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<QueueInfo>> ListAsync(string owner, string after, int limit, CancellationToken cancellationToken)
    {
        var (workers, names) = (await database.Workers.CountByQueueAsync(owner, cancellationToken), new SortedSet<string>(StringComparer.Ordinal));
        var counts = await database.Counters.FindAsync(owner, cancellationToken);
        names.UnionWith(workers.Keys);
        names.UnionWith(database.Queues.Defaults);
        if (counts is not null)
        {
            names.UnionWith(await database.Readers.ReadAsync(
                (Owner: counts, After: after, Limit: limit), static (session, state, token) => session.Queues.ListAsync(session.Expect(state.Owner).Id, state.After, state.Limit, token), cancellationToken));
        }

        var queues = new List<QueueInfo>();
        foreach (var name in names.Where(name => string.CompareOrdinal(name, after) > 0).Take(limit)) queues.Add(await DescribeAsync(counts, name, workers, cancellationToken));
        return queues;
    }

    /// <inheritdoc/>
    public ValueTask<AnswerStatus> SetAsync(string owner, string name, QueueSettings? settings, CancellationToken cancellationToken) =>
        database.ChangeAsync(owner, batch => batch.Work.Queues.Set(owner, name, settings), static status => status, WriteScope.Changing(), cancellationToken);

    private async ValueTask<QueueInfo> DescribeAsync(OwnerCounts? owner, string name, Dictionary<string, int> workers, CancellationToken cancellationToken)
    {
        var queue = new QueueName(owner?.Id ?? -1, name);
        var (row, has, oldest) = owner is null ? default : await database.Readers.ReadAsync(
            (Owner: owner, Queue: queue),
            static async (session, state, token) =>
            {
                session.Expect(state.Owner);
                return (await session.Queues.FindAsync(state.Queue, token), await session.Queues.CountAsync(state.Queue, token), await session.Queues.FindOldestAsync(state.Queue, token));
            },
            cancellationToken);
        var settings = (row is { Leaving: 0 } ? row.Settings : database.Queues.DefaultsOf(name)).At(EngineClock.ToInstant(database.Clock.Wall));
        return new QueueInfo(name, settings, has, oldest is { } due ? EngineClock.ToInstant(due) : null, workers.GetValueOrDefault(name));
    }
}
