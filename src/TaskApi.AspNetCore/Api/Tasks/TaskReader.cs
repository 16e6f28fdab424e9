using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>A task that a path names, or the problem to answer with: one of the two is null.</summary>
internal readonly record struct FoundTask(TaskSnapshot? Task, ProblemResult? Problem);

/// <summary>Looks up the task that a path names, for the calls that may wait for it first. Thread-safe.</summary>
internal sealed class TaskReader(ITaskQueries queries, ITaskWaits waits, TaskWaiter waiter)
{
    /// <summary>
    /// The task as it is now or, where the request asks for a wait, as soon as it is done, at the latest when the wait is over.
    /// Sets <c>Preference-Applied</c> if the wait was asked for by <c>Prefer</c>.
    /// </summary>
    public async ValueTask<FoundTask> ReadAsync(HttpContext context, string id, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var wait = waiter.Read(context.Request, errors);
        if (!errors.IsEmpty)
            return new(null, errors.ToProblem());
        if (!IdText.TryParse(id, out var guid))
            return new(null, StorageProblems.TaskNotFound());

        var owner = context.Owner();
        if (wait is not { } asked)
            return Found(await queries.FindAsync(owner, guid, cancellationToken));

        var answer = await waits.WatchAsync(owner, guid, cancellationToken);
        asked.Confirm(context.Response);
        return await AwaitAsync(owner, answer, asked, cancellationToken);
    }

    /// <summary>The task of <paramref name="answer"/>, which is watched, as soon as it is done, at the latest when the wait is over.</summary>
    public async ValueTask<FoundTask> AwaitAsync(string owner, TaskAnswer answer, RequestedWait wait, CancellationToken cancellationToken)
    {
        if (answer is not { Task: { } task, Completion: { } completion })
            return Found(answer);
        switch (await waiter.WaitAsync(completion.Task, wait.Time, cancellationToken))
        {
            case WaitEnd.ShuttingDown:
                return new(null, Stopping.Problem());
            case WaitEnd.TimedOut:
                // Somebody may have rescheduled it meanwhile. If it is gone, it has finished, and whoever waits is being told how.
                var now = await queries.FindAsync(owner, task.Id, cancellationToken);
                return new(now.Task ?? (await waiter.FindOutAsync((completion, task)))[0], null);
            default:
                return new(await completion.Task, null);
        }
    }

    private static FoundTask Found(TaskAnswer answer) =>
        answer.Status == AnswerStatus.Ok ? new(answer.Task, null) : new(null, answer.Status.ToProblem());
}
