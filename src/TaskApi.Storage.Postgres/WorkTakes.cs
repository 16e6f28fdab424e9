using Npgsql;
using NpgsqlTypes;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;
using static TaskApi.Storage.Postgres.PostgresCommands;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// Takes tasks whose turn it is at the beginning of a transaction, with what else it asks for: one statement for all calls that want the same queues.
/// What an operation before a call has changed of them is looked for anew when the call is answered. For the writer alone.
/// </summary>
/// <param name="storage">Knows whether others take, too.</param>
/// <param name="work">Has what has been changed so far written down.</param>
/// <param name="counters">Knows owners.</param>
/// <param name="rows">Where what is held is noted.</param>
/// <param name="turns">Whose turn it is.</param>
internal sealed class WorkTakes(PostgresStorage storage, PostgresWork work, ClusterCounters counters, PostgresRows rows, QueueTurns turns)
{
    // More than others hold at once, so that a look is hardly ever over before it has come to what is free.
    private const int LooksBeyond = 1000;

    private readonly List<TakenGroup> _groups = [];
    private readonly Dictionary<WorkTake, TakenGroup> _byCall = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<long> _taken = [];

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _groups.Clear();
        _byCall.Clear();
        _taken.Clear();
    }

    /// <summary>Asks for what calls want.</summary>
    public void AddTo(NpgsqlBatch batch, IReadOnlyList<WorkTake> takes)
    {
        foreach (var take in takes)
        {
            if (take.Free.Count == 0) continue;
            var names = turns.Order(take.Owner, take.Free);
            var group = _groups.Find(group => group.Owner == take.Owner && group.Names.ToHashSet().SetEquals(names));
            if (group is null) _groups.Add(group = new TakenGroup(take.Owner, names));
            else group.IsShared = true;
            group.Max += take.Max;
            if (take.Types.Count > 0) (group.Bounded, group.Defaults) = (take.Bounded, take.Defaults);
            _byCall[take] = group;
        }

        foreach (var group in _groups) batch.BatchCommands.Add(Command(group, group.Max, looked: (4L * group.Max) + LooksBeyond));
    }

    /// <summary>Reads what that has answered.</summary>
    public void Read(ref ResultSets results)
    {
        foreach (var group in _groups)
        {
            results.Next();
            var found = Read(results.Reader, group);
            // Others may have taken all that it looked at; what they have taken is gone for who looks again.
            group.IsShort |= found < group.Max && storage.HasOthers;
        }
    }

    /// <summary>Gives a call what it wants.</summary>
    public void Take(WorkTake take, int most, List<HeldWork> taken)
    {
        if (!_byCall.TryGetValue(take, out var group)) throw new InvalidOperationException("The transaction was not told that it takes.");
        var before = taken.Count;
        group.Give(most, rows, turns, taken);
        var left = most - (taken.Count - before);
        if (left == 0) return;
        group.Forget(_taken);
        if (group.IsShort)
        {
            LookAgain(group, left, asksForLeft: left == most || group.IsShared);
            group.Give(left, rows, turns, taken);
        }

        if (taken.Count == before) take.LeavesHeld |= group.LeavesHeld;
    }

    private void LookAgain(TakenGroup group, int wanted, bool asksForLeft)
    {
        using var batch = work.Begin();
        batch.BatchCommands.Add(Command(group, wanted, looked: 16L * (wanted + LooksBeyond)));
        if (asksForLeft) batch.BatchCommands.Add(AskForLeft(group));
        using var reader = batch.ExecuteReader();
        var results = work.Read(reader);
        results.Next();
        // For the next call there may be more if this one gets all that it wants.
        group.IsShort = Read(reader, group) == wanted;
        if (asksForLeft && results.Next() && reader.Read()) group.LeavesHeld = reader.GetBoolean(0);
    }

    // Answers how many have been found.
    private int Read(NpgsqlDataReader reader, TakenGroup group)
    {
        var held = new List<HeldWork>();
        while (reader.Read())
        {
            var found = HeldWork.Read(reader);
            if (!_taken.Add(found.Task.Sequence))
            {
                group.IsShort = true;
                continue;
            }

            rows.Hold(found);
            held.Add(found);
        }

        group.Add(held);
        return held.Count;
    }

    private NpgsqlBatchCommand AskForLeft(TakenGroup group)
    {
        var command = new NpgsqlBatchCommand(group.Owner is null ? WorkSql.HasOfTypes : WorkSql.HasOfQueues);
        command.Parameters.Add(Column(group.Names, NpgsqlDbType.Text));
        if (group.Owner is { } owner)
        {
            command.Parameters.Add(SmallNumber(counters.Ensure(owner).Id));
            return command;
        }

        AddBounded(command, group);
        return command;
    }

    private static void AddBounded(NpgsqlBatchCommand command, TakenGroup group)
    {
        command.Parameters.Add(Column(group.Bounded, NpgsqlDbType.Integer, static queue => queue.Owner));
        command.Parameters.Add(Column(group.Bounded, NpgsqlDbType.Text, static queue => queue.Name));
        command.Parameters.Add(Column<string>([.. group.Defaults], NpgsqlDbType.Text));
    }

    private NpgsqlBatchCommand Command(TakenGroup group, int most, long looked)
    {
        var command = new NpgsqlBatchCommand(group.Owner is null ? WorkSql.TakeOfTypes : WorkSql.TakeOfQueues);
        command.Parameters.Add(SmallNumber(group.Owner is { } owner ? counters.Ensure(owner).Id : 0));
        command.Parameters.Add(Column(group.Names, NpgsqlDbType.Text));
        command.Parameters.Add(Number((most + group.Names.Length - 1) / group.Names.Length));
        command.Parameters.Add(Number(most));
        command.Parameters.Add(Column<long>([.. _taken], NpgsqlDbType.Bigint));
        command.Parameters.Add(Number(looked));
        if (group.Owner is null) AddBounded(command, group);
        return command;
    }
}
