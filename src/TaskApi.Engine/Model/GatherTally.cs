namespace TaskApi.Engine.Model;

/// <summary>
/// How far a gather has come: counted member by member, so that each costs the same, however many there are. Knows no storage, so all storages come to the same.
/// </summary>
internal sealed class GatherTally
{
    /// <summary>How it goes.</summary>
    public required GatherRules Rules { get; init; }

    /// <summary>How many members there are that are not done.</summary>
    public required int Left { get; set; }

    /// <summary>How long their results are so far, in bytes.</summary>
    public long Bytes { get; set; }

    /// <summary>The place of the first that failed, in the order in which they did; null for none.</summary>
    public int? FailedAt { get; set; }

    /// <summary>The place from which on those that aren't done are still to be cancelled; null if none are to be.</summary>
    public int? CancelFrom { get; set; }

    /// <summary>Where it stands itself.</summary>
    public GatherPhase Phase { get; set; }

    /// <summary>True once it has ended: what is left of it goes.</summary>
    public bool IsDone => Phase == GatherPhase.Done;

    /// <summary>True if there is something to do about it besides counting.</summary>
    public bool IsDue => IsDone || CancelFrom is not null || IsOver;

    /// <summary>True if it can end, and hasn't yet.</summary>
    public bool IsOver => !IsDone && (Left == 0 || FailsAtOnce);

    // Of asyncio.gather the first exception is everybody's; of asyncio.TaskGroup all of them are. One that is asked to end waits for its members.
    private bool FailsAtOnce => FailedAt is not null && Phase == GatherPhase.Waiting && !Rules.HasFlag(GatherRules.CancelOthers);

    /// <summary>A member is done.</summary>
    /// <param name="position">Its place.</param>
    /// <param name="outcome">What became of it.</param>
    /// <returns>The same as it is to be kept: results that there is no room for aren't.</returns>
    public MemberOutcome Count(int position, in MemberOutcome outcome)
    {
        Left--;
        Bytes += outcome.State == TaskState.Completed ? outcome.Value.Length + 1 : GatherEnd.NullLength;
        var isGroup = Rules.HasFlag(GatherRules.CancelOthers);
        if (isGroup ? outcome.FailsGroup : outcome.State.IsDoneWithoutResult())
        {
            if (FailedAt is null && isGroup) CancelFrom = 0;
            if (!Rules.HasFlag(GatherRules.TakesFailures)) FailedAt ??= position;
        }

        return Bytes > GatherSpec.MostResultBytes && outcome.State == TaskState.Completed ? outcome with { Value = [] } : outcome;
    }

    /// <summary>The gather is to end, or has ended, by somebody's wish.</summary>
    /// <param name="state">Where it stands.</param>
    public void NoteGather(TaskState state)
    {
        if (IsDone) return;
        Phase = state.IsDone() ? GatherPhase.Done : GatherPhase.Asked;
        // A running one waits for its members' cleaning up.
        if (Rules.HasFlag(GatherRules.OwnsMembers) && Left > 0 && state is TaskState.Running or TaskState.Cancelled) CancelFrom = 0;
    }
}

/// <summary>Where a gather stands. Numbers are kept in databases.</summary>
internal enum GatherPhase : byte
{
    /// <summary>It waits for its members.</summary>
    Waiting = 0,

    /// <summary>The same, and it is asked to end.</summary>
    Asked = 1,

    /// <summary>It has ended: what is left of it goes.</summary>
    Done = 2,
}
