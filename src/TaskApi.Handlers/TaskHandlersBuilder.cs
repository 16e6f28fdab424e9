using System.Diagnostics.CodeAnalysis;
using TaskApi.Handlers;
using TaskApi.Handlers.Binding;

namespace TaskApi;

/// <summary>
/// What handlers are added to: what <c>AddTaskApi</c> returned, for handlers in the same process as the tasks, or what <c>AddTaskApiWorker</c> did, for
/// handlers in a process of their own. A method that takes one of these can add the same handlers to either.
/// </summary>
public abstract class TaskHandlersBuilder
{
    private protected TaskHandlersBuilder(IServiceCollection services) => Services = services;

    /// <summary>The program's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Where the handlers are kept. Whoever asks for it has registered what runs them.</summary>
    internal abstract HandlerCatalogue Catalogue { get; }

    /// <summary>Has a class run the tasks of a type: one instance an attempt, made in a scope of its own, unless it is registered with a longer life.</summary>
    /// <typeparam name="THandler">Implements <see cref="ITaskHandler{TInput, TResult}"/> or <see cref="ITaskHandler{TInput}"/>, once.</typeparam>
    /// <param name="type">The type: a letter, followed by up to 127 letters, digits and <c>. _ -</c>; not <c>message</c>, <c>http</c>, <c>gather</c> or <c>future</c>.</param>
    /// <param name="configure">How many run at once, on which threads, and their JSON; null for the defaults.</param>
    /// <returns>This, to be added to.</returns>
    /// <exception cref="ArgumentException">The type, the class or an option is not what it may be; the message says which.</exception>
    /// <exception cref="InvalidOperationException">There is a handler for the type already, or its JSON options can't read its input or write its result.</exception>
    [RequiresUnreferencedCode(HandlerRegistration.Reason)]
    [RequiresDynamicCode(HandlerRegistration.Reason)]
    public TaskHandlersBuilder AddHandler<THandler>(string type, Action<HandlerOptions>? configure = null)
        where THandler : class
    {
        Catalogue.AddClass(Services, typeof(THandler), type, configure);
        return this;
    }

    /// <summary>Has a lambda or a method run the tasks of a type.</summary>
    /// <remarks>
    /// Its parameters, in any order: a <see cref="TaskContext"/> and a <see cref="CancellationToken"/> are the attempt's; the first other one is the
    /// task's input; further ones are services, from the attempt's scope. It may return a value, a task or nothing.
    /// </remarks>
    /// <param name="type">The type: a letter, followed by up to 127 letters, digits and <c>. _ -</c>; not <c>message</c>, <c>http</c>, <c>gather</c> or <c>future</c>.</param>
    /// <param name="handler">The lambda or method.</param>
    /// <param name="configure">How many run at once, on which threads, and their JSON; null for the defaults.</param>
    /// <returns>This, to be added to.</returns>
    /// <exception cref="ArgumentException">The type, a parameter or an option is not what it may be; the message says which.</exception>
    /// <exception cref="InvalidOperationException">There is a handler for the type already, or its JSON options can't read its input or write its result.</exception>
    [RequiresUnreferencedCode(HandlerRegistration.Reason)]
    [RequiresDynamicCode(HandlerRegistration.Reason)]
    public TaskHandlersBuilder AddHandler(string type, Delegate handler, Action<HandlerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Catalogue.AddDelegate(handler, type, configure);
        return this;
    }
}
