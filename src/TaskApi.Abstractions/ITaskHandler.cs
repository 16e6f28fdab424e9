namespace TaskApi;

/// <summary>
/// A coroutine: what a task of some type does. One class for a type, registered by <c>AddHandler</c>. Each attempt has an instance of its own, made
/// by dependency injection in a scope of its own and disposed of with it, unless the class was registered with a longer life.
/// </summary>
/// <remarks>
/// How an attempt ends:
/// <list type="bullet">
/// <item>It returns: the task is completed, with what was returned as its result, also if it had been asked to end.</item>
/// <item>It throws: an error. Its reason is the exception's type without namespace, its detail the exception's message. The task is tried again as
/// its retry policy says, but not if it had been asked to end. <see cref="TaskFailedException"/> says all of that in its own words.</item>
/// <item>It throws <see cref="OperationCanceledException"/> after its token was cancelled: the task is cancelled, as in asyncio.</item>
/// </list>
/// An attempt may be made more than once for a task: a handler should do no harm when it runs again.
/// </remarks>
/// <typeparam name="TInput">What the task's input is read as, by System.Text.Json.</typeparam>
/// <typeparam name="TResult">What is written as the task's result, by System.Text.Json.</typeparam>
public interface ITaskHandler<in TInput, TResult>
{
    /// <summary>Runs one attempt of a task.</summary>
    /// <param name="input">The task's input.</param>
    /// <param name="context">Which task and attempt this is, and what can be done in it.</param>
    /// <param name="cancellationToken">
    /// Cancelled within milliseconds when the task is to end: somebody cancelled it, its time limit or that of the attempt is over, or the program
    /// stops. What runs on is given up after <c>Work:CancelGrace</c>.
    /// </param>
    /// <returns>The task's result.</returns>
    Task<TResult> RunAsync(TInput input, TaskContext context, CancellationToken cancellationToken);
}

/// <summary>A coroutine without a result: that of its task is <c>null</c>. All else is as for <see cref="ITaskHandler{TInput, TResult}"/>.</summary>
/// <typeparam name="TInput">What the task's input is read as, by System.Text.Json.</typeparam>
public interface ITaskHandler<in TInput>
{
    /// <inheritdoc cref="ITaskHandler{TInput, TResult}.RunAsync"/>
    /// <returns>Completes when the attempt is over.</returns>
    Task RunAsync(TInput input, TaskContext context, CancellationToken cancellationToken);
}
