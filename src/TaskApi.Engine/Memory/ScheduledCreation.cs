using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

/// <summary>Creates the tasks of schedules that are being moved on. Thread-safe.</summary>
/// <param name="commands">Creates tasks.</param>
internal sealed class ScheduledCreation(ITaskCommands commands)
{
    /// <summary>Creates them, and notes in each move how that went.</summary>
    public async ValueTask CreateAsync(ScheduleMove[] moves)
    {
        for (var start = 0; start < moves.Length;)
        {
            var end = start + 1;
            if (moves[start].Occurrences.Count == 0)
            {
                // It has none, or another one is first.
            }
            else if (IsUnique(moves[start]))
            {
                await CreateUniqueAsync(moves[start]);
            }
            else
            {
                while (end < moves.Length && moves[end].Step.From.Owner == moves[start].Step.From.Owner && !IsUnique(moves[end])) end++;
                // Where there isn't room for all, there may be for some.
                if (!await TryCreateAsync(moves.AsMemory(start..end)) && end - start > 1)
                {
                    for (var i = start; i < end; i++) await TryCreateAsync(moves.AsMemory(i, 1));
                }
            }

            start = end;
        }
    }

    private static bool IsUnique(ScheduleMove move) => move.Step.From.Definition.Task.Work?.Unique is not null;

    // Of one owner: all or none.
    private async ValueTask<bool> TryCreateAsync(ReadOnlyMemory<ScheduleMove> moves)
    {
        var specs = new List<TaskSpec>(moves.Length);
        foreach (var move in moves.Span)
        {
            foreach (var occurrence in move.Occurrences) specs.Add(occurrence.Task);
        }

        if (specs.Count == 0) return true;
        var created = await commands.CreateManyAsync(moves.Span[0].Step.From.Owner, specs, watch: false, CancellationToken.None);
        var made = 0;
        foreach (var move in moves.Span)
        {
            if (move.Occurrences.Count == 0) continue;
            move.Status = created.Status;
            if (created.Status == AnswerStatus.Ok) move.Run = new ScheduledRun(move.Occurrences[^1].At, created.Tasks[(made += move.Occurrences.Count) - 1].Task.Id);
        }

        return created.Status == AnswerStatus.Ok;
    }

    // Of those with one key one is made; the others are it, or skipped.
    private async ValueTask CreateUniqueAsync(ScheduleMove move)
    {
        var refused = default(AnswerStatus?);
        foreach (var (at, task) in move.Occurrences)
        {
            var answer = await commands.CreateAsync(move.Step.From.Owner, task, watch: false, CancellationToken.None);
            if (answer.Status == AnswerStatus.Ok) move.Run = new ScheduledRun(at, answer.Task!.Id);
            else if (answer.Status != AnswerStatus.TaskExists) refused = answer.Status;
        }

        move.Status = move.Run is null ? refused ?? AnswerStatus.Ok : AnswerStatus.Ok;
    }
}

/// <summary>A schedule that is being moved on.</summary>
/// <param name="step">What is asked for.</param>
/// <param name="kept">The schedule; null if somebody else was first.</param>
internal sealed class ScheduleMove(ScheduleStep step, KeptSchedule? kept)
{
    /// <summary>What is asked for.</summary>
    public ScheduleStep Step => step;

    /// <summary>The schedule; null if somebody else was first.</summary>
    public KeptSchedule? Kept => kept;

    /// <summary>The schedule once it is moved on.</summary>
    public ScheduleState Moved { get; } = step.Moved;

    /// <summary>Those whose tasks are to be created.</summary>
    public IReadOnlyList<ScheduledTask> Occurrences => kept is null ? [] : step.Occurrences;

    /// <summary>How the creation of its tasks went.</summary>
    public AnswerStatus Status { get; set; } = AnswerStatus.Ok;

    /// <summary>The last occurrence that made a task; null if none did.</summary>
    public ScheduledRun? Run { get; set; }
}
