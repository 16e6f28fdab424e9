using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Infrastructure;

/// <summary>The storage's own queries, but for how many tasks may be looked through to be sorted by due time.</summary>
/// <param name="queries">The storage's.</param>
/// <param name="mostByDue">So many.</param>
internal sealed class FewQueries(ITaskQueries queries, int mostByDue) : ITaskQueries
{
    public ValueTask<TaskAnswer> FindAsync(string owner, Guid id, CancellationToken cancellationToken) => queries.FindAsync(owner, id, cancellationToken);

    public ValueTask<TaskSnapshot?[]> FindManyAsync(string owner, IReadOnlyList<Guid> ids, CancellationToken cancellationToken) => queries.FindManyAsync(owner, ids, cancellationToken);

    public ValueTask<TaskPage> ListAsync(string owner, TaskQuery query, CancellationToken cancellationToken) => queries.ListAsync(owner, query with { MostByDue = mostByDue }, cancellationToken);

    public ValueTask<StorageStats> GetStatsAsync(string owner, CancellationToken cancellationToken) => queries.GetStatsAsync(owner, cancellationToken);

    public StorageTotals GetTotals() => queries.GetTotals();
}
