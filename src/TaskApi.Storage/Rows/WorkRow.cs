using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.Rows;

/// <summary>
/// What a task with work has beside its <see cref="TaskRow"/>, which is left alone while the work is tried: a row with the same number, deleted with it.
/// Its columns are listed once, in <see cref="Visit"/>. Nobody changes a row that others have; who needs another makes a copy of it.
/// </summary>
/// <remarks>Of the instants, those that an attempt has are of the retention clock: a wall clock that is set forward takes no lease away.</remarks>
internal sealed record WorkRow
{
    /// <summary>The columns that <see cref="Read"/> takes, in their order.</summary>
    public static readonly string Columns = string.Join(", ", Names(ColumnUse.Read).Select(static name => "work." + name));

    /// <summary>Its turn comes in its queue, and among all tasks of its type.</summary>
    public const int ReadyForAll = 1;

    /// <summary>Its queue is bounded: it is found only by who takes from that, and keeps its bounds.</summary>
    public const int ReadyInBounded = 2;

    /// <summary>The same, and the queue counts by keys: first it isn't in its lane yet, then it is.</summary>
    public const int ReadyInKeyed = 3, ReadyInLane = 4;

    /// <summary>The key: that of the task.</summary>
    public required long Sequence;

    /// <summary>The owner's number: that of the task.</summary>
    public required int Owner;

    public required string Type;

    public required string Queue;

    public int Priority;

    public string? Key;

    /// <summary>Null for the default: <see cref="WorkBlobs"/>.</summary>
    public byte[]? Retry;

    public double? AttemptSeconds;

    /// <summary>The time limit of the task as it was asked for, for whoever runs it again.</summary>
    public double? TimeoutSeconds;

    public byte[]? Parent;

    public string? TraceParent;

    /// <summary>How often it has been changed.</summary>
    public int Version;

    /// <summary>When it is, or was last, due, in Unix milliseconds.</summary>
    public required long Due;

    /// <summary>What to add to <see cref="Due"/> to get the same instant on the run's clock; of a running one, to the wall clock at its start.</summary>
    public long DueOffset;

    /// <summary>While it is due and waits for its turn one of <see cref="ReadyForAll"/> to <see cref="ReadyInLane"/>; else null.</summary>
    public int? Ready;

    /// <summary>When time does something to it next, on the run's clock; null: never.</summary>
    public long? Alarm;

    /// <summary>1 while it runs; else 0.</summary>
    public int Running;

    public int Attempt;

    public int Errors;

    public int Losses;

    /// <summary>Who runs it, or ran it last.</summary>
    public string? Worker;

    /// <summary>When that attempt began, in Unix milliseconds.</summary>
    public long? Started;

    /// <summary>What its token has that nobody can guess: 16 bytes.</summary>
    public byte[]? Secret;

    /// <summary>How long its lease was asked for, in milliseconds; null for a handler in a process.</summary>
    public long? LeaseMs;

    /// <summary>When its own lease ends; null if it has none, or is attached to a worker's sign of life.</summary>
    public long? LeaseUntil;

    /// <summary>When the attempt has taken as long as it may; null: never.</summary>
    public long? LimitAt;

    /// <summary>The <see cref="BeatRow"/> that its lease goes by; null if it has its own.</summary>
    public long? Beat;

    /// <summary>Why it is asked to end, while it runs; why it ended without a result, once it has.</summary>
    public string? Reason;

    public string? Detail;

    /// <summary>When the time to clean up is over; null unless it is asked to end.</summary>
    public long? GraceUntil;

    /// <summary>The same as clients are told, in Unix milliseconds.</summary>
    public long? GraceAt;

    /// <summary>1 once the worker has said that it knows; else 0.</summary>
    public int CancelSeen;

    /// <summary>How far it has come: <see cref="WorkBlobs"/>.</summary>
    public byte[]? Progress;

    public byte[]? Result;

    /// <summary>The last attempts that are over: <see cref="AttemptLog"/>.</summary>
    public byte[]? Attempts;

    /// <summary>The schedule that made it; null: none did.</summary>
    public string? Schedule;

    /// <summary>For which of its occurrences, in Unix milliseconds.</summary>
    public long? ScheduleAt;

    /// <summary>The key that it is the only one with, as long as it isn't done; null: it needn't be.</summary>
    public string? UniqueKey;

    /// <summary>What it waits for, or has waited for: <see cref="AfterBlob"/>; null for nothing.</summary>
    public byte[]? After;

    /// <summary>How many of those aren't done; null if it doesn't wait.</summary>
    public int? AfterLeft;

    /// <summary>While it waits, when it is due at the earliest, in Unix milliseconds; null if its delay counts, from the end of the last of them on.</summary>
    public long? AfterAt;

    /// <summary>To be filled in.</summary>
    public WorkRow() { }

    [SetsRequiredMembers]
    private WorkRow(DbDataReader reader, int first)
    {
        (Type, Queue) = ("", "");
        var columns = new RowReader(reader, first);
        Visit(ref columns);
    }

    public bool IsRunning => Running != 0;

    public bool IsReady => Ready is not null;

    /// <summary>True if it runs in a process that has the storage, and ends with it.</summary>
    public bool IsInProcess => IsRunning && Beat is not null && LeaseMs is null;

    /// <summary>The instant, on the run's clock, at which it comes due.</summary>
    public long DueTick => Due + DueOffset;

    /// <summary>Why the running coroutine is asked to end; null if it isn't.</summary>
    public TaskError? CancelRequest => IsRunning && Reason is not null ? new TaskError(Reason, Detail) : null;

    /// <summary>Goes through the columns.</summary>
    public void Visit<TVisitor>(ref TVisitor columns)
        where TVisitor : struct, IColumnVisitor
    {
        const ColumnUse Fixed = ColumnUse.Read | ColumnUse.Insert;
        const ColumnUse Changing = Fixed | ColumnUse.Change;
        const ColumnUse FromZero = ColumnUse.Read | ColumnUse.Zero | ColumnUse.Change;
        const ColumnUse Later = ColumnUse.Read | ColumnUse.Change;
        columns.Visit("sequence", Fixed | ColumnUse.Key, ref Sequence);
        columns.Visit("owner", Fixed, ref Owner);
        columns.VisitText("type", Fixed, ref Type!);
        columns.VisitText("queue", Fixed, ref Queue!);
        columns.Visit("priority", Changing, ref Priority);
        columns.VisitText("key", Fixed, ref Key);
        columns.VisitBlob("retry", Fixed, ref Retry);
        columns.Visit("attempt_seconds", Fixed, ref AttemptSeconds);
        columns.Visit("timeout_seconds", Fixed, ref TimeoutSeconds);
        columns.VisitBlob("parent", Fixed, ref Parent);
        columns.VisitBytes("trace", Fixed, ref TraceParent);
        columns.Visit("version", FromZero, ref Version);
        columns.Visit("due", Changing, ref Due);
        columns.Visit("lag", Changing, ref DueOffset);
        columns.Visit("ready", Changing, ref Ready);
        columns.Visit("alarm", Changing, ref Alarm);
        columns.Visit("running", FromZero, ref Running);
        columns.Visit("attempt", FromZero, ref Attempt);
        columns.Visit("errors", FromZero, ref Errors);
        columns.Visit("losses", FromZero, ref Losses);
        columns.VisitBytes("worker", Later, ref Worker);
        columns.Visit("started", Later, ref Started);
        columns.VisitBlob("secret", Later, ref Secret);
        columns.Visit("lease_ms", Later, ref LeaseMs);
        columns.Visit("lease_until", Later, ref LeaseUntil);
        columns.Visit("limit_at", Later, ref LimitAt);
        columns.Visit("beat", Later, ref Beat);
        columns.VisitBytes("reason", Later, ref Reason);
        columns.VisitBytes("detail", Later, ref Detail);
        columns.Visit("grace_until", Later, ref GraceUntil);
        columns.Visit("grace_at", Later, ref GraceAt);
        columns.Visit("cancel_seen", FromZero, ref CancelSeen);
        columns.VisitBlob("progress", Later, ref Progress);
        columns.VisitBlob("result", Later, ref Result);
        columns.VisitBlob("attempts", Later, ref Attempts);
        columns.VisitText("schedule", Fixed, ref Schedule);
        columns.Visit("schedule_at", Fixed, ref ScheduleAt);
        columns.VisitBytes("unique_key", Changing, ref UniqueKey);
        columns.VisitBlob("after", Fixed, ref After);
        columns.Visit("after_left", Changing, ref AfterLeft);
        columns.Visit("after_at", Changing, ref AfterAt);
    }

    /// <summary>A row to be filled in by going through its columns.</summary>
    public static WorkRow Empty() => new() { Sequence = 0, Owner = 0, Type = "", Queue = "", Due = 0 };

    /// <summary>The names of the columns with any of these uses, in their order.</summary>
    public static IReadOnlyList<string> Names(ColumnUse use)
    {
        var names = new ColumnNames(use);
        Empty().Visit(ref names);
        return names.Names;
    }

    /// <summary>Takes a row from a reader which has <see cref="Columns"/> from the place <paramref name="first"/> on.</summary>
    public static WorkRow Read(DbDataReader reader, int first) => new(reader, first);

    /// <summary>What is shown of it.</summary>
    /// <param name="task">The task's other row.</param>
    /// <param name="owner">Whose it is.</param>
    public TaskSnapshot ToSnapshot(TaskRow task, string owner)
    {
        var state = StateOf(task);
        return TaskSnapshot.Of(task.ToData(owner) with
        {
            State = state,
            DueAt = Due,
            Version = Version,
            Error = Reason is null ? null : new TaskError(Reason, Detail),
            Work = this.ToSnapshot(task, state),
        });
    }

    /// <summary>Where the task stands.</summary>
    public TaskState StateOf(TaskRow task) => task.State.IsDone() || !IsRunning ? task.State : TaskState.Running;
}
