using Npgsql;
using TaskApi.Storage.Postgres.Sql;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// The transaction that a commit begins with its own last commands, and numbers for as many tasks as may be created in it: also by those who come
/// while this one commits, who are probably not many more than have come while one of the last did. To ask once more would cost a round trip; a number
/// that isn't needed costs next to nothing. For the writer alone.
/// </summary>
internal sealed class NextTransaction(ClusterCounters counters)
{
    /// <summary>The most numbers that are taken ahead.</summary>
    public const int MostAhead = 256;

    private const int Many = 8;

    private readonly List<long> _numbers = [];
    private bool _sums;
    private int _expected;

    /// <summary>Its number; null if none has been begun.</summary>
    public string? Id { get; private set; }

    /// <summary>Numbers for tasks.</summary>
    public IReadOnlyList<long> Numbers => _numbers;

    /// <summary>What all nodes together have, if that had to be looked up.</summary>
    public ClusterTotals? Totals { get; private set; }

    /// <summary>True if somebody wants to be told of all that it does, and not of final states only.</summary>
    public bool AnnouncesAll { get; private set; } = true;

    /// <summary>
    /// Reckons how many tasks will be created in it. Callers who are answered together come back one by one, so that after a transaction for all of them
    /// comes one for the first of them, and then one for the rest: so the most of the last transactions counts, and is forgotten by and by.
    /// </summary>
    /// <param name="creates">How many the transaction that commits has created.</param>
    /// <returns>True if many will be, though nobody may have asked for them yet.</returns>
    public bool Expects(int creates)
    {
        _expected = Math.Max(Math.Min(creates, MostAhead), _expected - (_expected + 15) / 16);
        return _expected >= Many;
    }

    /// <summary>Begins it.</summary>
    /// <param name="commands">The commit's, of which these are the last.</param>
    /// <param name="waiting">How much is waiting already, of whatever kind.</param>
    public void AddTo(NpgsqlBatch commands, int waiting)
    {
        SessionTransaction.AddBegin(commands, creates: true);
        _sums = counters.IsStale(MostAhead);
        if (_sums) commands.Add(CountSql.Totals);
        // One at least: with it comes whether anybody wants to be told.
        commands.Add(TransactionSql.Reserve, Number(Math.Clamp(_expected > 0 ? _expected + Math.Max(waiting, _expected / 4) : 0, 1, MostAhead)));
    }

    /// <summary>Reads what that has answered.</summary>
    public void Read(ref ResultSets results)
    {
        Id = SessionTransaction.ReadBegin(ref results);
        if (_sums && results.Next()) Totals = ClusterTotals.Read(results.Reader);
        for (results.Next(); results.Reader.Read(); AnnouncesAll = results.Reader.GetBoolean(1)) _numbers.Add(results.Reader.GetInt64(0));
    }

    /// <summary>It has been taken, or isn't there any more.</summary>
    public void Clear()
    {
        (Id, Totals, AnnouncesAll) = (null, null, true);
        _numbers.Clear();
    }
}
