using TaskApi.AspNetCore.Http.Callers;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Idempotency;

/// <summary>Creation that happens once however often the call is made with its key. Without a key it is <see cref="ITaskCommands"/>' own. Thread-safe.</summary>
/// <param name="commands">Creates.</param>
/// <param name="store">Creates once.</param>
/// <param name="waits">Finds what an earlier attempt has created.</param>
internal sealed class IdempotentCreation(ITaskCommands commands, IIdempotencyStore store, ITaskWaits waits)
{
    /// <summary>Creates a task, unless an earlier attempt of the same call did: then the answer is that task, as it was then or, to be waited for, as it is now.</summary>
    /// <inheritdoc cref="ITaskCommands.CreateAsync"/>
    public ValueTask<TaskAnswer> CreateAsync(HttpContext context, TaskSpec task, bool watch, CancellationToken cancellationToken) =>
        IdempotencyAttempt.Of(context) is { } attempt
            ? CreateOnceAsync(context.Owner(), attempt, task, watch, cancellationToken)
            : commands.CreateAsync(context.Owner(), task, watch, cancellationToken);

    /// <summary>Creates all of the tasks or none, unless an earlier attempt of the same call did: then the answer is those tasks as they were then.</summary>
    /// <inheritdoc cref="ITaskCommands.CreateManyAsync"/>
    public ValueTask<TasksAnswer> CreateManyAsync(HttpContext context, IReadOnlyList<TaskSpec> tasks, CancellationToken cancellationToken) =>
        IdempotencyAttempt.Of(context) is { } attempt
            ? CreateManyOnceAsync(context.Owner(), attempt, tasks, cancellationToken)
            : commands.CreateManyAsync(context.Owner(), tasks, watch: false, cancellationToken);

    private async ValueTask<TaskAnswer> CreateOnceAsync(
        string owner, IdempotencyAttempt attempt, TaskSpec task, bool watch, CancellationToken cancellationToken)
    {
        var answer = await CreateOnceAsync(owner, attempt, [task], watch, cancellationToken);
        if (answer is not { Status: AnswerStatus.Ok, Tasks: [var created] })
            return TaskAnswer.Refused(answer.Status, answer.Conflict, answer.After);
        if (!answer.IsRepeat || !answer.Waits || (!watch && task.Work is not { IsRelated: true }))
            return new(AnswerStatus.Ok, created.Task, created.Completion) { IsExisting = created.IsExisting };
        var found = await waits.WatchAsync(owner, created.Task.Id, cancellationToken);
        return found.Status == AnswerStatus.Ok ? found with { Task = found.Task!.WithLease(created.Task.Work?.Lease) } : new(AnswerStatus.Ok, created.Task);
    }

    private async ValueTask<TasksAnswer> CreateManyOnceAsync(
        string owner, IdempotencyAttempt attempt, IReadOnlyList<TaskSpec> tasks, CancellationToken cancellationToken)
    {
        var answer = await CreateOnceAsync(owner, attempt, tasks, watch: false, cancellationToken);
        // What it found is not in what it was asked for: it is looked up once more, where its answer was lost.
        if (answer is { Status: AnswerStatus.Ok, IsRepeat: true, Waits: true })
        {
            var found = await waits.WatchManyAsync(owner, Array.ConvertAll(answer.Tasks, static task => task.Task.Id), cancellationToken);
            for (var i = 0; i < found.Length; i++)
                answer.Tasks[i] = found[i].Task is { } task ? new(task, Completion: null) : answer.Tasks[i];
        }

        return new(answer.Status, answer.Tasks) { Conflict = answer.Conflict, After = answer.After };
    }

    private async ValueTask<CreateOnceAnswer> CreateOnceAsync(
        string owner, IdempotencyAttempt attempt, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken)
    {
        var answer = await store.CreateOnceAsync(owner, attempt.Key, tasks, watch, cancellationToken);
        if (answer.Status == AnswerStatus.Ok)
            (attempt.IsRepeat, attempt.Waits) = (answer.IsRepeat, answer.Waits);
        else if (answer.Status == AnswerStatus.KeysFull)
            attempt.RetryAfter = answer.RetryAfter;
        return answer;
    }
}
