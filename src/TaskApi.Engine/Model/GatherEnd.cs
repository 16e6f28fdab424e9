using System.Globalization;
using System.Text;

namespace TaskApi.Engine.Model;

/// <summary>How a gather ends.</summary>
internal static class GatherEnd
{
    /// <summary>What <c>null</c> takes of the list, with its comma.</summary>
    public const int NullLength = 5;

    /// <summary>The reason of a group of which members have failed.</summary>
    public const string ExceptionGroup = "ExceptionGroup";

    /// <summary>The reason of a gather whose list would be too long.</summary>
    public const string ResultTooLarge = "result-too-large";

    private static readonly TaskError _tooLarge = new(
        ResultTooLarge, string.Create(CultureInfo.InvariantCulture, $"The results of the tasks have more than {GatherSpec.MostResultBytes} bytes together; each task has its own still."));

    private static readonly TaskError _noRoom = new(ResultTooLarge, "There is no room for the results of the tasks together (Tasks:MaxTaskBytes); each task has its own still.");

    // So much of lists costs as much of a transaction, or of a hold of a lock, as a change of a task does.
    private const int BytesOfOne = 64 << 10;

    /// <summary>About how many changes of tasks it is worth to write so many bytes.</summary>
    public static int CostOf(long bytes) => (int)Math.Min(int.MaxValue, bytes / BytesOfOne);

    /// <summary>What happens to it.</summary>
    /// <param name="tally">How far it has come.</param>
    /// <param name="members">What its members are, and what became of them, in order; those that aren't done have no state of that.</param>
    /// <param name="hasRoom">False if there is no room for its list.</param>
    /// <param name="result">Its list; null unless it completes.</param>
    public static TaskCommand Decide(GatherTally tally, IReadOnlyList<GatherMember> members, bool hasRoom, out byte[]? result)
    {
        result = null;
        if (tally.FailedAt is not null && tally.Rules.HasFlag(GatherRules.CancelOthers)) return Fail(Group(members));
        if (tally.Phase == GatherPhase.Asked) return TaskCommand.AcknowledgeCancel(0);
        if (tally.FailedAt is { } failed) return Fail(AsOwn(members[failed]));
        if (tally.Bytes > GatherSpec.MostResultBytes) return Fail(_tooLarge);
        if (!hasRoom) return Fail(_noRoom);
        result = List(members, tally.Bytes);
        return TaskCommand.Succeed();
    }

    private static TaskCommand Fail(TaskError error) => TaskCommand.Fail(error, random: 0, retry: false);

    private static TaskError AsOwn(in GatherMember member)
    {
        var error = member.Outcome!.Value.Error;
        if (member.Outcome.Value.State == TaskState.Failed) return error;
        var why = error.Reason == TaskError.Cancelled ? error.Detail : error.Detail is null ? error.Reason : $"{error.Reason}: {error.Detail}";
        return new TaskError(TaskError.CancelledError, TextRule.Cut(why ?? $"The task {member.Id} was cancelled.", WorkOutcome.MaxDetail));
    }

    private static TaskError Group(IReadOnlyList<GatherMember> members)
    {
        var (text, count) = (new StringBuilder(), 0);
        for (var i = 0; i < members.Count; i++)
        {
            if (members[i].Outcome is not { FailsGroup: true } outcome) continue;
            count++;
            if (text.Length > WorkOutcome.MaxDetail) continue;
            var error = outcome.Error;
            text.Append(CultureInfo.InvariantCulture, $"\n[{i}] {members[i].Id} {error.Reason}{(error.Detail is null ? "" : ": ")}{error.Detail}");
        }

        return new TaskError(ExceptionGroup, TextRule.Cut(string.Create(CultureInfo.InvariantCulture, $"{count} of {members.Count} tasks failed:{text}"), WorkOutcome.MaxDetail));
    }

    // As in what POST /tasks/gather answers, null for a member without a result.
    private static byte[] List(IReadOnlyList<GatherMember> members, long bytes)
    {
        using var list = new MemoryStream((int)bytes + 2);
        list.WriteByte((byte)'[');
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0) list.WriteByte((byte)',');
            list.Write(members[i].Outcome is { State: TaskState.Completed } outcome ? outcome.Value : "null"u8);
        }

        list.WriteByte((byte)']');
        return list.ToArray();
    }
}

/// <summary>A member of a gather.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Outcome">What became of it; null while it isn't done.</param>
internal readonly record struct GatherMember(Guid Id, MemberOutcome? Outcome);
