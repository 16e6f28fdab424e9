using TaskApi.AspNetCore.Security;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Idempotency;

/// <summary>Creation that happens once however often the call is made with its key. Without a key it is the registry's own.</summary>
internal static class IdempotentCreation
{
    /// <summary>Creates a task, unless an earlier attempt of the same call did: then the answer is that task, as it was then or, to be waited for, as it is now.</summary>
    /// <inheritdoc cref="ITaskRegistry.CreateAsync"/>
    public static ValueTask<TaskAnswer> CreateOnceAsync(this ITaskRegistry registry, HttpContext context, TaskSpec task, bool watch, CancellationToken cancellationToken) =>
        IdempotentCall.Of(context) is { } call
            ? CreateOnceAsync(registry, context.Owner(), call, task, watch, cancellationToken)
            : registry.CreateAsync(context.Owner(), task, watch, cancellationToken);

    /// <summary>Creates all of the tasks or none, unless an earlier attempt of the same call did: then the answer is those tasks as they were then.</summary>
    /// <inheritdoc cref="ITaskRegistry.CreateManyAsync"/>
    public static ValueTask<TasksAnswer> CreateManyOnceAsync(this ITaskRegistry registry, HttpContext context, IReadOnlyList<TaskSpec> tasks, CancellationToken cancellationToken) =>
        IdempotentCall.Of(context) is { } call
            ? CreateManyOnceAsync(registry, context.Owner(), call, tasks, cancellationToken)
            : registry.CreateManyAsync(context.Owner(), tasks, watch: false, cancellationToken);

    private static async ValueTask<TaskAnswer> CreateOnceAsync(
        ITaskRegistry registry, string owner, IdempotentCall call, TaskSpec task, bool watch, CancellationToken cancellationToken)
    {
        var answer = await CreateOnceAsync(registry, owner, call, [task], watch, cancellationToken);
        if (answer is not { Status: RegistryStatus.Ok, Tasks: [var created] })
            return new(answer.Status);
        if (!answer.IsRepeat || !watch || !answer.Waits)
            return new(RegistryStatus.Ok, created.Task, created.Completion);
        var found = await registry.WatchAsync(owner, created.Task.Id, cancellationToken);
        return found.Status == RegistryStatus.Ok ? found : new(RegistryStatus.Ok, created.Task);
    }

    private static async ValueTask<TasksAnswer> CreateManyOnceAsync(
        ITaskRegistry registry, string owner, IdempotentCall call, IReadOnlyList<TaskSpec> tasks, CancellationToken cancellationToken)
    {
        var answer = await CreateOnceAsync(registry, owner, call, tasks, watch: false, cancellationToken);
        return new(answer.Status, answer.Tasks);
    }

    private static async ValueTask<CallAnswer> CreateOnceAsync(
        ITaskRegistry registry, string owner, IdempotentCall call, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken)
    {
        if (call.Created is { } earlier)
            return new(RegistryStatus.Ok, [.. earlier.Select(static task => new WatchedTask(task, Completion: null))], IsRepeat: true, call.Waits);

        var answer = await registry.CreateOnceAsync(owner, new CallKey(call.Key, call.Body), tasks, watch, cancellationToken);
        if (answer.Status == RegistryStatus.Ok)
            (call.Created, call.IsRepeat, call.Waits) = (Array.ConvertAll(answer.Tasks, static handle => handle.Task), answer.IsRepeat, answer.Waits);
        return answer;
    }
}
