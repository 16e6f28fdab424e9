using TaskApi;
using TaskApi.AspNetCore;
using TaskApi.AspNetCore.Handlers;

namespace Microsoft.Extensions.Hosting;

/// <summary>Handlers in this process: what runs the tasks of a type.</summary>
public static class TaskApiHandlerExtensions
{
    /// <summary>Has a class run the tasks of a type: one instance an attempt, made in a scope of its own, unless it is registered with a longer life.</summary>
    /// <typeparam name="THandler">Implements <see cref="ITaskHandler{TInput, TResult}"/> or <see cref="ITaskHandler{TInput}"/>, once.</typeparam>
    /// <param name="builder">What <c>AddTaskApi</c> returned.</param>
    /// <param name="type">The type: a letter, followed by up to 127 letters, digits and <c>. _ -</c>; not <c>message</c>, <c>http</c>, <c>gather</c> or <c>future</c>.</param>
    /// <param name="configure">How many run at once, on which threads, and their JSON; null for the defaults.</param>
    /// <exception cref="ArgumentException">The type, the class or an option is not what it may be; the message says which.</exception>
    /// <exception cref="InvalidOperationException">There is a handler for the type already, or its JSON options can't read its input or write its result.</exception>
    public static TaskApiBuilder AddHandler<THandler>(this TaskApiBuilder builder, string type, Action<HandlerOptions>? configure = null)
        where THandler : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHandlerClass(typeof(THandler), type, configure);
        return builder;
    }

    /// <summary>Has a lambda or a method run the tasks of a type.</summary>
    /// <remarks>
    /// Its parameters, in any order: a <see cref="TaskContext"/> and a <see cref="CancellationToken"/> are the attempt's; the first other one is the
    /// task's input; further ones are services, from the attempt's scope. It may return a value, a task or nothing.
    /// </remarks>
    /// <param name="builder">What <c>AddTaskApi</c> returned.</param>
    /// <param name="type">The type: a letter, followed by up to 127 letters, digits and <c>. _ -</c>; not <c>message</c>, <c>http</c>, <c>gather</c> or <c>future</c>.</param>
    /// <param name="handler">The lambda or method.</param>
    /// <param name="configure">How many run at once, on which threads, and their JSON; null for the defaults.</param>
    /// <exception cref="ArgumentException">The type, a parameter or an option is not what it may be; the message says which.</exception>
    /// <exception cref="InvalidOperationException">There is a handler for the type already, or its JSON options can't read its input or write its result.</exception>
    public static TaskApiBuilder AddHandler(this TaskApiBuilder builder, string type, Delegate handler, Action<HandlerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(handler);
        builder.Services.AddHandlerDelegate(handler, type, configure);
        return builder;
    }
}
