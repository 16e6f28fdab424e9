using System.Diagnostics.CodeAnalysis;

namespace TaskApi;

/// <summary>Tasks of coroutines: what they get and return has types.</summary>
public static class TasksExtensions
{
    /// <summary>Creates a task for a coroutine, whoever has a handler for it.</summary>
    /// <typeparam name="TInput">What is written as its input, by System.Text.Json.</typeparam>
    /// <param name="tasks">Where.</param>
    /// <param name="type">The coroutine's type.</param>
    /// <param name="input">What it gets.</param>
    /// <param name="options">When and how it runs; null: now, once.</param>
    /// <param name="cancellationToken">Gives up the call; whether the task was created is not known then.</param>
    [RequiresUnreferencedCode(Reflection.Reason)]
    [RequiresDynamicCode(Reflection.Reason)]
    public static Task<TaskHandle> CreateAsync<TInput>(this ITasks tasks, string type, TInput input, NewTaskOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return tasks.CreateAsync(NewTask.Of(type, input, options), cancellationToken);
    }

    /// <summary>Creates a task for a coroutine, of which it is known what it returns.</summary>
    /// <typeparam name="TInput">What is written as its input, by System.Text.Json.</typeparam>
    /// <typeparam name="TResult">What its result is read as.</typeparam>
    /// <param name="tasks">Where.</param>
    /// <param name="type">The coroutine's type.</param>
    /// <param name="input">What it gets.</param>
    /// <param name="options">When and how it runs; null: now, once.</param>
    /// <param name="cancellationToken">Gives up the call; whether the task was created is not known then.</param>
    /// <returns>A handle to be awaited for the result.</returns>
    [RequiresUnreferencedCode(Reflection.Reason)]
    [RequiresDynamicCode(Reflection.Reason)]
    public static async Task<TaskHandle<TResult>> CreateAsync<TInput, TResult>(this ITasks tasks, string type, TInput input, NewTaskOptions? options = null, CancellationToken cancellationToken = default) =>
        (await tasks.CreateAsync(type, input, options, cancellationToken).ConfigureAwait(false)).As<TResult>();

    /// <summary>Waits for all of the tasks, and answers with their results as texts: <c>asyncio.gather</c>.</summary>
    /// <param name="tasks">Where.</param>
    /// <param name="handles">Up to 10,000; one given twice appears twice.</param>
    /// <param name="cancellationToken">Gives up the wait. It cancels nothing else.</param>
    /// <returns>The results, in the order given, in whichever order the tasks finish.</returns>
    /// <exception cref="GatherFailedException">A task was cancelled or failed. It is thrown as soon as that is known; the others go on.</exception>
    public static async Task<IReadOnlyList<string>> GatherAsync(this ITasks tasks, IEnumerable<TaskHandle> handles, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var gathered = await tasks.GatherTasksAsync(handles, cancellationToken).ConfigureAwait(false);
        return [.. gathered.Select(static task => task.Result ?? "null")];
    }

    /// <summary>Waits for all of the tasks, and answers with what they returned: <c>asyncio.gather</c>.</summary>
    /// <typeparam name="T">What that is.</typeparam>
    /// <param name="tasks">Where.</param>
    /// <param name="handles">Up to 10,000; one given twice appears twice.</param>
    /// <param name="cancellationToken">Gives up the wait. It cancels nothing else.</param>
    /// <returns>The results, in the order given, in whichever order the tasks finish.</returns>
    /// <exception cref="GatherFailedException">A task was cancelled or failed. It is thrown as soon as that is known; the others go on.</exception>
    public static async Task<IReadOnlyList<T>> GatherAsync<T>(this ITasks tasks, IEnumerable<TaskHandle<T>> handles, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        TaskHandle<T>[] all = [.. handles];
        var gathered = await tasks.GatherTasksAsync(all, cancellationToken).ConfigureAwait(false);
        return [.. gathered.Select((task, place) => all[place].Read(task.ResultJson))];
    }
}
