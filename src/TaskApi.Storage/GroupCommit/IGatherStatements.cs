using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What the writer says to the database about gathers and their members. For the writer alone.</summary>
internal interface IGatherStatements
{
    /// <summary>True if the database itself writes down each end of which something is to be done, whoever is the cause of it.</summary>
    bool NotesEnds => false;

    /// <summary>A new gather, with its members.</summary>
    void Insert(GatherRow gather, IReadOnlyList<MemberRow> members);

    /// <summary>A member is done.</summary>
    void SetOutcome(in MemberRow member);

    /// <summary>Writes down how far a gather has come, which the transaction holds.</summary>
    void Change(GatherRow gather);

    /// <summary>A gather is over, and has no members any more.</summary>
    void Delete(long gather);

    /// <summary>
    /// Where tasks that are done stand in gathers and have not been counted, in the order of their numbers. The gathers are held, but for those that another process holds.
    /// </summary>
    /// <param name="members">The numbers of those that are done.</param>
    /// <param name="limit">How many places at the most.</param>
    EndedMembers FindEnded(IReadOnlyList<long> members, int limit);

    /// <summary>Holds gathers, as far as they are there; of one that another process holds there is only the number.</summary>
    IReadOnlyList<(long Sequence, GatherRow? Gather)> Find(IReadOnlyList<long> gathers);

    /// <summary>Holds gathers of which something is to be done, but for those that another process holds.</summary>
    /// <param name="limit">How many at the most.</param>
    IReadOnlyList<GatherRow> TakeDue(int limit);

    /// <summary>The task of a gather, held. Null if another process holds it, or it is no more.</summary>
    /// <param name="gather">Its number.</param>
    /// <param name="isGone">True if it is no more.</param>
    HeldWork? FindTask(long gather, out bool isGone);

    /// <summary>Members of a gather that aren't done, from a place on and in order, with what is held of them: null of one that another process holds.</summary>
    IReadOnlyList<(int Position, FoundTask? Task)> FindOpen(long gather, int from, int limit);

    /// <summary>All members of a gather, in order.</summary>
    IReadOnlyList<MemberRow> ReadMembers(long gather);

    /// <summary>Forgets members of a gather that is over; answers how many.</summary>
    /// <param name="gather">The gather.</param>
    /// <param name="limit">How many at the most.</param>
    int Forget(long gather, int limit);

    /// <summary>Writes down that something of a task is left to do.</summary>
    void Keep(in TaskEnd end);

    /// <summary>All of it has been done.</summary>
    void Forget(in TaskEnd end);

    /// <summary>Holds what is left to do from earlier transactions, also of other processes; but for what another process has taken.</summary>
    /// <param name="limit">How much at the most.</param>
    IReadOnlyList<TaskEnd> TakeKept(int limit);
}

/// <summary>Where tasks that are done stand in gathers.</summary>
/// <param name="Places">The places, in the order of the members' numbers.</param>
/// <param name="Gathers">The gathers that are held, by their numbers.</param>
/// <param name="Tasks">The tasks, by their numbers, as far as they have not been forgotten.</param>
internal sealed record EndedMembers(IReadOnlyList<MemberPlace> Places, IReadOnlyDictionary<long, GatherRow> Gathers, IReadOnlyDictionary<long, FoundTask> Tasks);

/// <summary>Where a task stands in a gather.</summary>
/// <param name="Member">Its number.</param>
/// <param name="Gather">The gather's number.</param>
/// <param name="Position">Its place there.</param>
internal readonly record struct MemberPlace(long Member, long Gather, int Position);
