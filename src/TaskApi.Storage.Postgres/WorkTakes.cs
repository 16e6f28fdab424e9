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

    private readonly ReadyFloors _floors = storage.Floors;
    private readonly List<TakenGroup> _groups = [];
    private readonly Dictionary<WorkTake, TakenGroup> _byCall = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<long> _taken = [];
    private TimeSpan _began;
    private bool _isSlow;

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

        foreach (var group in _groups)
        {
            group.OwnerId = group.Owner is { } owner ? counters.Ensure(owner).Id : null;
            group.AsksForHeads = _floors.AreDue(group.OwnerId, group.Names, _isSlow);
            if (group.AsksForHeads) batch.Add(group.Owner is null ? WorkSql.HeadsOfTypes : WorkSql.HeadsOfQueues, SmallNumber(group.OwnerId ?? 0), Column(group.Names, NpgsqlDbType.Text));
            _floors.Begin(group.OwnerId, group.Names, group.AsksForHeads);
            batch.BatchCommands.Add(Command(group, group.Max, looked: (4L * group.Max) + LooksBeyond, out var isFloored));
            // Until it is known that nothing is.
            group.LeavesHeld = group.IsFloored = isFloored;
        }

        _began = storage.Clock.Ticks.Elapsed;
    }

    /// <summary>Reads what that has answered.</summary>
    public void Read(ref ResultSets results)
    {
        foreach (var group in _groups)
        {
            if (group.AsksForHeads) ReadHeads(ref results, group);
            results.Next();
            var found = Read(results.Reader, group, raises: group.IsFloored && !group.AsksForHeads);
            // Others may have taken all that it looked at; what they have taken is gone for who looks again. And where it began, something may have come to be before.
            group.IsShort |= found < group.Max && (storage.HasOthers || (group.IsFloored && group.AsksForHeads));
        }

        // Whatever it has waited for: if it was the looks, that is found out.
        if (_groups.Count > 0) _isSlow = storage.Clock.Ticks.Elapsed - _began > 2 * _floors.Long;
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
        batch.BatchCommands.Add(Command(group, wanted, looked: 16L * (wanted + LooksBeyond), out var isFloored));
        // Who doesn't look at everything has said already that something may be left.
        asksForLeft &= !isFloored;
        if (asksForLeft) batch.BatchCommands.Add(AskForLeft(group));
        using var reader = batch.ExecuteReader();
        var results = work.Read(reader);
        results.Next();
        // For the next call there may be more if this one gets all that it wants.
        group.IsShort = Read(reader, group, raises: false) == wanted;
        if (asksForLeft && results.Next() && reader.Read()) group.LeavesHeld = reader.GetBoolean(0);
    }

    private void ReadHeads(ref ResultSets results, TakenGroup group)
    {
        var (heads, took) = (new List<(string Name, TaskPlace Place)>(), TimeSpan.Zero);
        for (results.Next(); results.Reader.Read();)
        {
            if (results.Reader.IsDBNull(0)) took = TimeSpan.FromMicroseconds(results.Reader.GetInt64(3));
            else heads.Add((results.Reader.GetString(0), new TaskPlace(results.Reader.GetInt32(1), results.Reader.GetInt64(2), results.Reader.GetInt64(3))));
        }

        _floors.Set(group.OwnerId, group.Names, heads.ToLookup(static head => head.Name, static head => head.Place), took);
        group.LeavesHeld = heads.Count > 0;
    }

    // Answers how many have been found.
    private int Read(NpgsqlDataReader reader, TakenGroup group, bool raises)
    {
        var (held, first) = (new List<HeldWork>(), raises ? new HashSet<(string Name, int Priority)>() : null);
        while (reader.Read())
        {
            var found = HeldWork.Read(reader);
            var name = group.Owner is null ? found.Work.Type : found.Work.Queue;
            if (first?.Add((name, found.Work.Priority)) is true) _floors.Raise(group.OwnerId, name, new TaskPlace(found.Work.Priority, found.Work.Due, found.Work.Sequence));
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

    private static NpgsqlBatchCommand AskForLeft(TakenGroup group)
    {
        var command = new NpgsqlBatchCommand(group.Owner is null ? WorkSql.HasOfTypes : WorkSql.HasOfQueues);
        command.Parameters.Add(Column(group.Names, NpgsqlDbType.Text));
        if (group.Owner is not null)
        {
            command.Parameters.Add(SmallNumber(group.OwnerId!.Value));
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

    private NpgsqlBatchCommand Command(TakenGroup group, int most, long looked, out bool isFloored)
    {
        var stretches = _floors.Find(group.OwnerId, group.Names);
        isFloored = stretches is not null;
        var command = new NpgsqlBatchCommand((group.Owner, isFloored) switch
        {
            (null, false) => WorkSql.TakeOfTypes,
            (null, true) => WorkSql.TakeOfTypesFrom,
            (_, false) => WorkSql.TakeOfQueues,
            (_, true) => WorkSql.TakeOfQueuesFrom,
        });
        command.Parameters.Add(SmallNumber(group.OwnerId ?? 0));
        command.Parameters.Add(Column(group.Names, NpgsqlDbType.Text));
        command.Parameters.Add(Number((most + group.Names.Length - 1) / group.Names.Length));
        command.Parameters.Add(Number(most));
        command.Parameters.Add(Column<long>([.. _taken], NpgsqlDbType.Bigint));
        command.Parameters.Add(Number(looked));
        if (group.Owner is null) AddBounded(command, group);
        if (stretches is null) return command;
        command.Parameters.Add(Column(stretches, NpgsqlDbType.Text, static stretch => stretch.Name));
        command.Parameters.Add(Column(stretches, NpgsqlDbType.Integer, static stretch => stretch.Low));
        command.Parameters.Add(Column(stretches, NpgsqlDbType.Integer, static stretch => stretch.High));
        command.Parameters.Add(Column(stretches, NpgsqlDbType.Bigint, static stretch => stretch.Due));
        command.Parameters.Add(Column(stretches, NpgsqlDbType.Bigint, static stretch => stretch.Sequence));
        return command;
    }
}
