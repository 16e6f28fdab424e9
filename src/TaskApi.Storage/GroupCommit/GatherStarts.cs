using TaskApi.Engine.Model;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>Has gathers begin that one transaction creates: members that are done already count with that. For the writer alone.</summary>
/// <param name="batch">What the transaction does to tasks.</param>
/// <param name="queue">Is told of each gather, which may have something to do at once.</param>
internal sealed class GatherStarts(WriteBatch batch, Action<GatherRow> queue)
{
    private long _begun;

    private IGatherStatements Statements => batch.Session.Aftermath.Gathers;

    /// <summary>Starts anew.</summary>
    public void Begin() => _begun = 0;

    /// <summary>Makes room for results with which gathers begin; false if the transaction has as much as it takes from other calls.</summary>
    public bool TryBegin(long bytes)
    {
        if (_begun > 0 && _begun + bytes > GatherSpec.MostBytesAtOnce) return bytes == 0;
        _begun += bytes;
        return true;
    }

    /// <summary>Gathers have been created, with the tasks that they bring along.</summary>
    /// <param name="owner">Whose they are.</param>
    /// <param name="plan">What was asked for.</param>
    /// <param name="created">What has been created.</param>
    public void Add(string owner, CreationPlan plan, ReadOnlySpan<CreatedRow> created)
    {
        for (var i = 0; i < created.Length; i++)
        {
            if (plan.Specs[i].Work?.Gather is not { } spec) continue;
            var row = new GatherRow(created[i].Row.Id, new GatherTally { Rules = spec.AllRules, Left = spec.Ids.Count + spec.Tasks.Count });
            var members = new List<MemberRow>(row.Tally.Left);
            var done = new Dictionary<Guid, MemberOutcome>();
            foreach (var task in spec.Ids) members.Add(Join(owner, row, new MemberRow(row.Sequence, members.Count, task.Id, Outcome: null), done));
            for (var k = 0; k < spec.Tasks.Count; k++) members.Add(Join(owner, row, new MemberRow(row.Sequence, members.Count, created[plan.FirstOf(i) + k].Row.Id.ToGuid(), Outcome: null), done));
            Statements.Insert(row, members);
            Follow(row.Sequence, spec.Follows);
            queue(row);
        }
    }

    // One that is done already counts at once, and is read once however often it is named: its result may be long, and everybody waits for the writer.
    private MemberRow Join(string owner, GatherRow gather, in MemberRow member, Dictionary<Guid, MemberOutcome> done)
    {
        if (done.TryGetValue(member.Id, out var known)) return member with { Outcome = gather.Tally.Count(member.Position, known) };
        if (!TaskId.TryParse(member.Id, out var id) || batch.Find(owner, id) is not { } task) throw new InvalidOperationException("It was there when this was checked.");
        if (task.Facts.State.IsDone())
        {
            // As it was counted: what there is no room for isn't held either.
            return member with { Outcome = done[member.Id] = gather.Tally.Count(member.Position, MemberOutcome.Of(task.ToSnapshot(owner))) };
        }

        Follow(id.Sequence, FollowUps.Member);
        return member;
    }

    private void Follow(long sequence, FollowUps follows)
    {
        if (batch.Session.Find(sequence) is { } row && !row.Follows.HasFlag(follows)) batch.Session.Change(row with { Follows = row.Follows | follows });
    }
}
