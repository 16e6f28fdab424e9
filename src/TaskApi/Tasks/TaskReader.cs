using TaskApi.Engine;
using TaskApi.Web;
using TaskApi.Web.Problems;

namespace TaskApi.Tasks;

/// <summary>A task that a path names, or the problem to answer with: one of the two is null.</summary>
internal readonly record struct FoundTask(TaskSnapshot? Task, ProblemResult? Problem);

/// <summary>Looks up the task that a path names, for the calls that may wait for it first. Thread-safe.</summary>
internal sealed class TaskReader(MemoryTaskRegistry registry, TaskWaiter waiter)
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
            return new(null, RegistryProblems.TaskNotFound());

        var owner = context.Owner();
        if (wait is not { } asked)
            return Found(await registry.FindAsync(owner, guid, cancellationToken));

        var answer = await registry.WatchAsync(owner, guid, cancellationToken);
        asked.Confirm(context.Response);
        if (answer.Completion is not { } completion)
            return Found(answer);
        return await waiter.WaitAsync(completion.Task, asked.Time, cancellationToken) switch
        {
            WaitEnd.Finished => new(await completion.Task, null),
            WaitEnd.TimedOut => Found(await registry.FindAsync(owner, guid, cancellationToken)),
            _ => new(null, RegistryProblems.ShuttingDown()),
        };
    }

    private static FoundTask Found(TaskAnswer answer) =>
        answer.Status == RegistryStatus.Ok ? new(answer.Task, null) : new(null, answer.Status.ToProblem());
}
