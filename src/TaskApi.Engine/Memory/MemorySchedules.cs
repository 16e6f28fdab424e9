using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

/// <summary>The schedules, in this process's memory.</summary>
/// <param name="commands">Creates their tasks.</param>
/// <param name="most">The most that there may be.</param>
internal sealed class MemorySchedules(ITaskCommands commands, int most) : ISchedules
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SortedList> _owners = [];
    private readonly SortedSet<DueSchedule> _due = new(DueSchedule.Order);
    private int _count;

    /// <inheritdoc/>
    public Action? Changed { get; set; }

    /// <inheritdoc/>
    public ValueTask<ScheduleAnswer> ChangeAsync(
        string owner, string name, Func<ScheduleState?, ScheduleState?> change, ScheduleCondition? condition, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ScheduleAnswer answer;
        lock (_gate)
        {
            var before = Find(owner, name);
            if (condition is not null && !condition(before)) return ValueTask.FromResult(new ScheduleAnswer(AnswerStatus.ConditionFailed, before));
            if (change(before) is not { } after) return ValueTask.FromResult(new ScheduleAnswer(AnswerStatus.NotFound));
            if (before is null && _count >= most) return ValueTask.FromResult(new ScheduleAnswer(AnswerStatus.CapacityReached));
            Set(before, after);
            answer = new ScheduleAnswer(AnswerStatus.Ok, after, IsNew: before is null);
        }

        Changed?.Invoke();
        return ValueTask.FromResult(answer);
    }

    /// <inheritdoc/>
    public ValueTask<ScheduleState?> FindAsync(string owner, string name, CancellationToken cancellationToken)
    {
        lock (_gate) return ValueTask.FromResult(Find(owner, name));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ScheduleState>> ListAsync(string owner, string after, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<ScheduleState>>(_owners.TryGetValue(owner, out var schedules) ? schedules.After(after, limit) : []);
        }
    }

    /// <inheritdoc/>
    public ValueTask<AnswerStatus> DeleteAsync(string owner, string name, ScheduleCondition? condition, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var before = Find(owner, name);
            if (condition is not null && !condition(before)) return ValueTask.FromResult(AnswerStatus.ConditionFailed);
            if (before is null) return ValueTask.FromResult(AnswerStatus.NotFound);
            Set(before, after: null);
            return ValueTask.FromResult(AnswerStatus.Ok);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ScheduleState>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var due = new List<ScheduleState>();
        lock (_gate)
        {
            foreach (var (at, schedule) in _due)
            {
                if (at > now || due.Count == limit) break;
                due.Add(schedule);
            }
        }

        return ValueTask.FromResult<IReadOnlyList<ScheduleState>>(due);
    }

    /// <summary>None: what waits for a task when the process ends, ends with it.</summary>
    public ValueTask<IReadOnlyList<ScheduleState>> FindWaitingAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<ScheduleState>>([]);

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> FirstDueAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return ValueTask.FromResult<DateTimeOffset?>(_due.Count == 0 ? null : _due.Min.At);
    }

    /// <inheritdoc/>
    public async ValueTask<ScheduleStepAnswer[]> StepAsync(IReadOnlyList<ScheduleStep> steps, CancellationToken cancellationToken)
    {
        var answers = new ScheduleStepAnswer[steps.Count];
        for (var i = 0; i < answers.Length; i++) answers[i] = await StepAsync(steps[i], cancellationToken);
        return answers;
    }

    // Moved on first, so that of two only one creates; and back again where there is no room for the tasks.
    private async ValueTask<ScheduleStepAnswer> StepAsync(ScheduleStep step, CancellationToken cancellationToken)
    {
        var read = step.From;
        var moved = step.Moved;
        if (!TryReplace(read, moved)) return new ScheduleStepAnswer(AnswerStatus.ConditionFailed);
        if (step.Occurrences.Count == 0) return new ScheduleStepAnswer(AnswerStatus.Ok, moved);

        var (status, run) = await CreateAsync(step);
        var after = status == AnswerStatus.Ok ? moved with { LastRun = run ?? moved.LastRun } : read with { Revision = moved.Revision };
        if (!TryReplace(moved, after) && run is not null) Note(moved, after.LastRun);
        return new ScheduleStepAnswer(status, after);
    }

    private async ValueTask<(AnswerStatus Status, ScheduledRun? Run)> CreateAsync(ScheduleStep step)
    {
        if (step.From.Definition.Task.Work?.Unique is null)
        {
            var created = await commands.CreateManyAsync(step.From.Owner, [.. step.Occurrences.Select(static occurrence => occurrence.Task)], watch: false, CancellationToken.None);
            return (created.Status, created.Status == AnswerStatus.Ok ? new ScheduledRun(step.Occurrences[^1].At, created.Tasks[^1].Task.Id) : null);
        }

        // Of those with one key one is made; the others are it, or skipped.
        var (refused, run) = (default(AnswerStatus?), default(ScheduledRun?));
        foreach (var (at, task) in step.Occurrences)
        {
            var answer = await commands.CreateAsync(step.From.Owner, task, watch: false, CancellationToken.None);
            if (answer.Status == AnswerStatus.Ok) run = new ScheduledRun(at, answer.Task!.Id);
            else if (answer.Status != AnswerStatus.TaskExists) refused = answer.Status;
        }

        return (run is null ? refused ?? AnswerStatus.Ok : AnswerStatus.Ok, run);
    }

    private bool TryReplace(ScheduleState before, ScheduleState after)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(Find(before.Owner, before.Name), before)) return false;
            Set(before, after);
            return true;
        }
    }

    // Somebody has asked for something else meanwhile: its last task is this one all the same.
    private void Note(ScheduleState moved, ScheduledRun? run)
    {
        lock (_gate)
        {
            if (Find(moved.Owner, moved.Name) is { } other && other.CreatedAt == moved.CreatedAt) Set(other, other with { LastRun = run });
        }
    }

    private ScheduleState? Find(string owner, string name) => _owners.TryGetValue(owner, out var schedules) ? schedules.Find(name) : null;

    private void Set(ScheduleState? before, ScheduleState? after)
    {
        var schedule = (after ?? before)!;
        if (before?.Next is { } at) _due.Remove(new DueSchedule(at, before));
        if (after?.Next is { } next) _due.Add(new DueSchedule(next, after));
        if (!_owners.TryGetValue(schedule.Owner, out var schedules)) _owners[schedule.Owner] = schedules = new SortedList();
        _count += (after is null ? 0 : 1) - (before is null ? 0 : 1);
        schedules.Set(schedule.Name, after);
    }

    // Of one owner, in the order of their names.
    private sealed class SortedList
    {
        private readonly Dictionary<string, ScheduleState> _byName = [];
        private readonly SortedSet<string> _names = new(StringComparer.Ordinal);

        public ScheduleState? Find(string name) => _byName.GetValueOrDefault(name);

        public void Set(string name, ScheduleState? schedule)
        {
            if (schedule is null)
            {
                _byName.Remove(name);
                _names.Remove(name);
                return;
            }

            _byName[name] = schedule;
            _names.Add(name);
        }

        public List<ScheduleState> After(string after, int limit)
        {
            var found = new List<ScheduleState>();
            if (_names.Count == 0 || string.CompareOrdinal(_names.Max, after) <= 0) return found;
            foreach (var name in _names.GetViewBetween(after, _names.Max!))
            {
                if (name == after) continue;
                if (found.Count == limit) break;
                found.Add(_byName[name]);
            }

            return found;
        }
    }

    private readonly record struct DueSchedule(DateTimeOffset At, ScheduleState Schedule)
    {
        public static readonly IComparer<DueSchedule> Order = Comparer<DueSchedule>.Create(static (left, right) =>
            left.At != right.At ? left.At.CompareTo(right.At)
            : string.CompareOrdinal(left.Schedule.Owner, right.Schedule.Owner) is var byOwner && byOwner != 0 ? byOwner
            : string.CompareOrdinal(left.Schedule.Name, right.Schedule.Name));
    }
}
