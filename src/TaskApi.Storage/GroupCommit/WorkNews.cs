using System.Runtime.InteropServices;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.GroupCommit;

/// <summary>What a transaction does to work, for those who are told of it once it is on disk: whoever waits for tasks, or runs them. For the writer alone.</summary>
/// <param name="isObserved">True if somebody wants to know of each start and end.</param>
internal sealed class WorkNews(bool isObserved)
{
    // Others are told of tasks that were due longer ago.
    private const long LateMs = 100;

    /// <summary>How many tasks have got their turn, by owner, queue and type.</summary>
    public Dictionary<(int Owner, string Queue, string Type), int> Ready { get; } = [];

    /// <summary>Of those that were due long before, so that others have passed them by, when the first was.</summary>
    public Dictionary<(int Owner, string Queue, string Type), long> Late { get; } = [];

    /// <summary>Bounded queues in which a task has ceased to run.</summary>
    public HashSet<QueueName> Freed { get; } = [];

    /// <summary>Queues of which something is set, and what; null where nothing is any more.</summary>
    public Dictionary<QueueName, QueueRow?> Queues { get; } = [];

    /// <summary>Attempts that whoever runs them has to hear of.</summary>
    public List<AttemptNews> Told { get; } = [];

    /// <summary>Attempts that have begun.</summary>
    public List<(long Sequence, RunningAttempt Attempt)> Started { get; } = [];

    /// <summary>Attempts that workers have said they run.</summary>
    public List<(long Sequence, RunningAttempt Attempt)> Beaten { get; } = [];

    /// <summary>Attempts that are over.</summary>
    public List<EndedAttempt> Ended { get; } = [];

    /// <summary>What is observed.</summary>
    public List<WorkReport> Reports { get; } = [];

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        Ready.Clear();
        Late.Clear();
        Freed.Clear();
        Queues.Clear();
        Told.Clear();
        Started.Clear();
        Beaten.Clear();
        Ended.Clear();
        Reports.Clear();
    }

    /// <summary>A task has got its turn.</summary>
    /// <param name="work">Its work.</param>
    /// <param name="wall">The wall clock.</param>
    public void AddReady(WorkRow work, long wall)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(Ready, (work.Owner, work.Queue, work.Type), out _)++;
        if (work.Due < wall - LateMs) NoteMoved(work);
    }

    /// <summary>A task has another place than others know.</summary>
    public void NoteMoved(WorkRow work)
    {
        var key = (work.Owner, work.Queue, work.Type);
        Late[key] = Math.Min(work.Due, Late.GetValueOrDefault(key, long.MaxValue));
    }

    /// <summary>An attempt has begun.</summary>
    /// <param name="work">The task's work after it.</param>
    /// <param name="attempt">Who runs it.</param>
    /// <param name="waited">How long it had waited for its turn, in milliseconds.</param>
    public void AddStarted(WorkRow work, in RunningAttempt attempt, long waited)
    {
        Started.Add((work.Sequence, attempt));
        if (isObserved) Reports.Add(new WorkReport(work.Type, work.Queue, Outcome: null, TimeSpan.FromMilliseconds(Math.Max(0, waited)), TaskState.Running));
    }

    /// <summary>An attempt is over.</summary>
    /// <param name="work">The task's work before it.</param>
    /// <param name="transition">What becomes of it.</param>
    /// <param name="took">How long it took, in milliseconds.</param>
    public void AddEnded(WorkRow work, in Transition transition, long took)
    {
        Ended.Add(new EndedAttempt(work.Sequence, work.Attempt, work.Owner, work.Worker ?? "", transition.Ended == AttemptOutcome.Lost));
        if (isObserved) Reports.Add(new WorkReport(work.Type, work.Queue, transition.Ended, TimeSpan.FromMilliseconds(Math.Max(0, took)), transition.Task.State));
    }
}

/// <summary>Something that whoever runs an attempt has to hear of.</summary>
/// <param name="Token">Which.</param>
/// <param name="Cancel">That it is asked to end; null if it is over without its doing.</param>
/// <param name="Sequence">The task's number.</param>
internal readonly record struct AttemptNews(LeaseToken Token, CancelNotice? Cancel, long Sequence);

/// <summary>An attempt that is over.</summary>
/// <param name="Sequence">The task's number.</param>
/// <param name="Attempt">Its own.</param>
/// <param name="Owner">The number of the task's owner.</param>
/// <param name="Worker">Who began it.</param>
/// <param name="IsLost">True if whoever ran it is gone.</param>
internal readonly record struct EndedAttempt(long Sequence, int Attempt, int Owner, string Worker, bool IsLost);

/// <summary>What an observer is told.</summary>
/// <param name="Type">The task's type.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="Outcome">How an attempt ended; null if one has begun.</param>
/// <param name="Time">How long it took, or had waited.</param>
/// <param name="State">Where the task stands.</param>
internal readonly record struct WorkReport(string Type, string Queue, AttemptOutcome? Outcome, TimeSpan Time, TaskState State);

/// <summary>Who runs an attempt.</summary>
/// <param name="Attempt">Its number.</param>
/// <param name="Owner">The worker's owner; null for handlers in this process.</param>
/// <param name="Worker">The worker.</param>
/// <param name="Holder">Is told of it; null for nobody.</param>
internal readonly record struct RunningAttempt(int Attempt, string? Owner, string Worker, ILeaseHolder? Holder);
