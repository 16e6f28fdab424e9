using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>
/// One task, in 80 bytes without a reference, so that the garbage collector has nothing to follow or to copy. What few tasks
/// have (name, group, completion, error) is in <see cref="TaskExtras"/>, and what only work has in <see cref="WorkState"/>; the message is text of the <see cref="TaskSegment"/>.
/// Written under the storage's lock only; read without it (see <see cref="TaskSegment.TryRead"/>).
/// </summary>
internal struct TaskEntry
{
    private const int IdTimeBits = 48;
    private const ulong IdTimeMask = (1UL << IdTimeBits) - 1;

    /// <summary>Until it is finished: the place in the timer wheel. From then on: in a queue of those to forget.</summary>
    public WheelNode Timer;

    // 48 bits of the time in the id, below the upper half of the owner's number.
    private ulong _idTimeAndOwner;
    private long _outcome;

    /// <summary>Unix milliseconds.</summary>
    public long CreatedAt;

    /// <summary>Unix milliseconds.</summary>
    public long DueAt;

    /// <summary>As last asked for.</summary>
    public double DelaySeconds;

    private int _version;

    /// <summary>The random bits of the id.</summary>
    public uint Nonce;

    /// <summary>Where the message, or a short input, starts in the segment's text.</summary>
    public int TextOffset;

    /// <summary>Its length in bytes of UTF-8.</summary>
    public ushort TextLength;

    private ushort _ownerLow;

    /// <summary>Unix milliseconds in the id: the creation's, but never less than the previous task's.</summary>
    public long IdTime
    {
        readonly get => (long)(_idTimeAndOwner & IdTimeMask);
        set => _idTimeAndOwner = (_idTimeAndOwner & ~IdTimeMask) | ((ulong)value & IdTimeMask);
    }

    /// <summary>Whose it is: <see cref="OwnerTasks.Ordinal"/>.</summary>
    public int Owner
    {
        readonly get => (int)(_idTimeAndOwner >> IdTimeBits << 16) | _ownerLow;
        set => (_idTimeAndOwner, _ownerLow) = ((_idTimeAndOwner & IdTimeMask) | ((ulong)(uint)value >> 16 << IdTimeBits), (ushort)value);
    }

    /// <summary>False as long as there is no task here.</summary>
    public readonly bool IsPublished => Version != 0;

    /// <summary>Where it stands, or how it ended.</summary>
    public readonly TaskOutcome Outcome => new(Volatile.Read(in _outcome));

    /// <summary>Two when the task is there, and two more with each change; odd while one is being written.</summary>
    public readonly int Version => Volatile.Read(in _version);

    /// <summary>Makes the entry visible: the last step of a creation.</summary>
    public void Publish() => Volatile.Write(ref _version, 2);

    /// <summary>The one transition to a final state. True for the winner; everyone else finds the winner's outcome.</summary>
    public bool TryFinish(TaskOutcome outcome)
    {
        var before = Outcome;
        return !before.IsDone && Interlocked.CompareExchange(ref _outcome, outcome.Bits, before.Bits) == before.Bits;
    }

    /// <summary>A task with work begins an attempt, or waits for another one. Within a change.</summary>
    public void GoOn(TaskOutcome outcome) => Volatile.Write(ref _outcome, outcome.Bits);

    /// <summary>Readers find nothing here from now on.</summary>
    public void Forget() => Volatile.Write(ref _outcome, TaskOutcome.Forgotten.Bits);

    /// <summary>Readers that meet a change half made start again.</summary>
    public void BeginChange() => Interlocked.Increment(ref _version);

    /// <summary>The change is complete.</summary>
    public void EndChange() => Interlocked.Increment(ref _version);
}
