using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.Rows;

/// <summary>
/// One task as it stands in the database. Its columns are listed once, in <see cref="Visit"/>: a new one is a field, its line there, and a
/// migration. Nobody changes a row that others have; who needs another makes a copy of it.
/// </summary>
internal sealed record TaskRow
{
    /// <summary>The bits of <see cref="StateBits"/> that are a <see cref="TaskState"/>.</summary>
    public const int StateMask = 7;

    /// <summary>The bit of <see cref="HasWork"/>: no index or statement that is about pending messages takes such a task for one.</summary>
    public const int WorkBit = 8;

    /// <summary>The bit of <see cref="IsRunAgain"/>.</summary>
    public const int RunAgainBit = 16;

    /// <summary>The columns that <see cref="Read"/> takes, in their order.</summary>
    public static readonly string Columns = string.Join(", ", Names(ColumnUse.Read));

    /// <summary>How many columns these are.</summary>
    public static readonly int ColumnCount = Names(ColumnUse.Read).Count;

    /// <summary>The key: <see cref="TaskId.Sequence"/>.</summary>
    public required long Sequence;

    /// <summary>The random bits of the id.</summary>
    public required uint Nonce;

    /// <summary>When it was created, in Unix milliseconds.</summary>
    public required long Created;

    /// <summary>By how much the id's time is later than <see cref="Created"/>: 0 unless the wall clock was stepped back.</summary>
    public long Skew;

    /// <summary>The due time that clients see, in Unix milliseconds.</summary>
    public required long Due;

    /// <summary>What to add to <see cref="Due"/> to get the same instant on the run's clock: 0 or 1, unless the wall clock was stepped in this run.</summary>
    public long DueOffset;

    /// <summary>The delay last asked for, in seconds; null where it is what lies between <see cref="Created"/> and <see cref="Due"/>.</summary>
    public double? Delay;

    /// <summary>When it times out, on the run's clock; null: never.</summary>
    public long? Timeout;

    /// <summary>The owner's number.</summary>
    public required int Owner;

    /// <summary>The state in the lowest three bits, and what it has besides in those above.</summary>
    public int StateBits;

    /// <summary>How often it has been rescheduled.</summary>
    public int Version;

    /// <summary>When it reached its final state, in Unix milliseconds; null before.</summary>
    public long? Finished;

    /// <summary>What to add to <see cref="Finished"/> to get the same instant on the retention clock.</summary>
    public long? FinishedOffset;

    /// <summary>The server's offset from UTC at the completion, in minutes: the result stays as it is where the server is moved.</summary>
    public int? Zone;

    /// <summary>Null for the commonest reason, <see cref="TaskError.Cancelled"/>.</summary>
    public string? Reason;

    public string? Detail;

    public string? Name;

    public string? Group;

    /// <summary>What follows when it is done: <see cref="Follows"/>; null for nothing, as with nearly every task.</summary>
    public int? FollowBits;

    /// <summary>Empty if it has work.</summary>
    public required string Message;

    /// <summary>What its coroutine gets, at the message's place; null unless it has work.</summary>
    public byte[]? Input;

    /// <summary>To be filled in.</summary>
    public TaskRow()
    {
    }

    [SetsRequiredMembers]
    private TaskRow(DbDataReader reader)
    {
        Message = "";
        var columns = new RowReader(reader);
        Visit(ref columns);
    }

    /// <summary>The state. Of a task with work that isn't done, <see cref="WorkRow"/> knows more.</summary>
    public TaskState State
    {
        get => (TaskState)(StateBits & StateMask);
        init => StateBits = (StateBits & ~StateMask) | (int)value;
    }

    /// <summary>True if it has work: a <see cref="WorkRow"/>, and an input in place of a message.</summary>
    public bool HasWork => (StateBits & WorkBit) != 0;

    /// <summary>True if it has been run again, by another task.</summary>
    public bool IsRunAgain => (StateBits & RunAgainBit) != 0;

    /// <summary>What follows when it is done. A message that is claimed keeps it, and a callback is kept by all.</summary>
    public FollowUps Follows
    {
        get => (FollowUps)(FollowBits ?? 0);
        init => FollowBits = value == FollowUps.None ? null : (int)value;
    }

    /// <summary>The instant, on the run's clock, at which it comes due.</summary>
    public long DueTick => Due + DueOffset;

    /// <summary>All of the id: where a database has gone back, another task may have the same sequence number.</summary>
    public TaskId Id => new(Created + Skew, Sequence, Nonce);

    /// <summary>What of it decides what may become of it.</summary>
    public TaskFacts Facts => new() { State = State, CreatedAt = Created, DueAt = Due, FinishedAt = Finished ?? 0 };

    /// <summary>Goes through the columns.</summary>
    public void Visit<TVisitor>(ref TVisitor columns)
        where TVisitor : struct, IColumnVisitor
    {
        const ColumnUse Fixed = ColumnUse.Read | ColumnUse.Insert;
        const ColumnUse Changing = Fixed | ColumnUse.Change;
        const ColumnUse FromZero = ColumnUse.Read | ColumnUse.Zero | ColumnUse.Change;
        const ColumnUse Later = ColumnUse.Read | ColumnUse.Change;
        columns.Visit("sequence", Fixed | ColumnUse.Key, ref Sequence);
        columns.Visit("nonce", Fixed, ref Nonce);
        columns.Visit("created", Fixed, ref Created);
        columns.Visit("skew", Fixed, ref Skew);
        columns.Visit("due", Changing, ref Due);
        columns.Visit("lag", Changing, ref DueOffset);
        columns.Visit("delay", Changing, ref Delay);
        columns.Visit("timeout", Fixed, ref Timeout);
        columns.Visit("owner", Fixed, ref Owner);
        columns.Visit("state", Changing, ref StateBits);
        columns.Visit("version", FromZero, ref Version);
        columns.Visit("finished", Later, ref Finished);
        columns.Visit("drift", Later, ref FinishedOffset);
        columns.Visit("zone", ColumnUse.Read, ref Zone);
        columns.VisitText("reason", Later, ref Reason);
        columns.VisitBytes("detail", Later, ref Detail);
        columns.VisitBytes("name", Fixed, ref Name);
        columns.VisitText("grp", Fixed, ref Group);
        columns.Visit("follows", Later, ref FollowBits);
        if (HasWork) columns.VisitBlob("message", Changing, ref Input);
        else columns.VisitBytes("message", Changing, ref Message!);
    }

    /// <summary>A row to be filled in by going through its columns.</summary>
    public static TaskRow Empty() => new() { Sequence = 0, Nonce = 0, Created = 0, Due = 0, Owner = 0, Message = "" };

    /// <summary>The names of the columns with any of these uses, in their order.</summary>
    public static IReadOnlyList<string> Names(ColumnUse use)
    {
        var names = new ColumnNames(use);
        Empty().Visit(ref names);
        return names.Names;
    }

    /// <summary>Takes a row from a reader whose first columns are <see cref="Columns"/>.</summary>
    public static TaskRow Read(DbDataReader reader) => new(reader);

    /// <summary>The bytes that stand for a text that a client chose.</summary>
    public static byte[]? ToBytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    /// <summary>The delay as <see cref="Delay"/> keeps it.</summary>
    public static double? Shorten(double delaySeconds, long due, long created) => (due - created) / 1000.0 == delaySeconds ? null : delaySeconds;

    /// <summary>True if the id is this task's and not one that has the same sequence number.</summary>
    public bool Has(TaskId id) => id == Id;

    /// <summary>The task as it was before it finished: what is told of its creation, though it may have finished meanwhile.</summary>
    public TaskRow BeforeItFinished() => State.IsDone() ? this with { State = TaskState.Pending, Finished = null, Reason = null, Detail = null } : this;

    /// <summary>The task in the final state that has been decided.</summary>
    /// <param name="final">That.</param>
    /// <param name="retentionNow">When, on the retention clock.</param>
    public TaskRow Finish(in TaskFacts final, long retentionNow) => this with
    {
        State = final.State,
        Finished = final.FinishedAt,
        FinishedOffset = retentionNow - final.FinishedAt,
        Reason = final.Error?.Reason is { } reason && reason != TaskError.Cancelled ? reason : null,
        Detail = final.Error?.Detail,
        Follows = Follows & FollowUps.Callback,
    };

    /// <summary>The task as clients see it. One with work is shown by <see cref="WorkRow.ToSnapshot"/>.</summary>
    public TaskSnapshot ToSnapshot(string owner) => TaskSnapshot.Of(ToData(owner));

    /// <summary>What is known of it without its work.</summary>
    public TaskData ToData(string owner) => new()
    {
        Id = Id,
        Owner = owner,
        Name = Name,
        Group = Group,
        Message = Message,
        DelaySeconds = Delay ?? ((Due - Created) / 1000.0),
        State = State,
        CreatedAt = Created,
        DueAt = Due,
        FinishedAt = Finished ?? 0,
        Offset = TimeSpan.FromMinutes(Zone ?? 0),
        Error = Reason is null && Detail is null ? null : new TaskError(Reason ?? TaskError.Cancelled, Detail),
        Version = Version,
    };
}
