using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TaskApi;

/// <summary>
/// A task to create: a message, or a type and an input for whoever has a handler for it; and when it is due. With neither <see cref="Delay"/> nor
/// <see cref="DueAt"/> it is due at once.
/// </summary>
public sealed record NewTask
{
    /// <summary>A delayed message.</summary>
    /// <param name="message">The message to deliver: 1 to 4,096 UTF-16 units of any text but lone surrogates.</param>
    public NewTask(string message) => Message = message;

    /// <summary>A message that is due after a delay.</summary>
    /// <param name="message">The message to deliver: 1 to 4,096 UTF-16 units.</param>
    /// <param name="delay">From 0 to 365 days.</param>
    public NewTask(string message, TimeSpan delay)
        : this(message) => Delay = delay;

    private NewTask(string type, JsonElement input, NewTaskOptions? options)
    {
        (Type, Input) = (type, input);
        if (options is null)
            return;
        (Delay, DueAt, Name, Group, Timeout) = (options.Delay, options.DueAt, options.Name, options.Group, options.Timeout);
        (Queue, Priority, Key, Retry, AttemptTimeout) = (options.Queue, options.Priority, options.Key, options.Retry, options.AttemptTimeout);
        (Unique, After, AfterOn, Callback) = (options.Unique, options.After, options.AfterOn, options.Callback);
    }

    /// <summary>The message to deliver; null if there is a <see cref="Type"/>.</summary>
    public string? Message { get; init; }

    /// <summary>Which coroutine runs: a letter, followed by up to 127 letters, digits and <c>. _ -</c>. Null for a message.</summary>
    public string? Type { get; init; }

    /// <summary>What the coroutine gets; null for nothing.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>How long after its creation the task is due: from 0 to 365 days. Not together with <see cref="DueAt"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>When the task is due: at most a year ahead; an instant in the past means now. Not together with <see cref="Delay"/>.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>A label, which need not be unique: 1 to 128 characters.</summary>
    public string? Name { get; init; }

    /// <summary>A key of tasks that belong together: 1 to 128 of the characters <c>A-Z a-z 0-9 . _ : -</c>.</summary>
    public string? Group { get; init; }

    /// <summary>
    /// Cancel the task, with reason <c>timeout</c>, if it is not done so long after its creation: above 0, up to 365 days.
    /// <c>asyncio.timeout</c>.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <inheritdoc cref="NewTaskOptions.Queue"/>
    public string? Queue { get; init; }

    /// <inheritdoc cref="NewTaskOptions.Priority"/>
    public int Priority { get; init; }

    /// <inheritdoc cref="NewTaskOptions.Key"/>
    public string? Key { get; init; }

    /// <inheritdoc cref="NewTaskOptions.Retry"/>
    public TaskRetry? Retry { get; init; }

    /// <inheritdoc cref="NewTaskOptions.AttemptTimeout"/>
    public TimeSpan? AttemptTimeout { get; init; }

    /// <inheritdoc cref="NewTaskOptions.Unique"/>
    public TaskUnique? Unique { get; init; }

    /// <inheritdoc cref="NewTaskOptions.Callback"/>
    public TaskCallback? Callback { get; init; }

    /// <inheritdoc cref="NewTaskOptions.After"/>
    public IReadOnlyList<Guid> After { get; init; } = [];

    /// <inheritdoc cref="NewTaskOptions.AfterOn"/>
    public AfterRule AfterOn { get; init; }

    /// <summary>A task for a coroutine.</summary>
    /// <typeparam name="TInput">What is written as its input, by System.Text.Json.</typeparam>
    /// <param name="type">The coroutine's type.</param>
    /// <param name="input">What it gets.</param>
    /// <param name="options">When and how it runs; null: now, once.</param>
    /// <param name="json">How the input is written; null for the conventions of the web: camelCase.</param>
    [RequiresUnreferencedCode(Reflection.Reason)]
    [RequiresDynamicCode(Reflection.Reason)]
    public static NewTask Of<TInput>(string type, TInput input, NewTaskOptions? options = null, JsonSerializerOptions? json = null) =>
        new(type, JsonSerializer.SerializeToElement(input, json ?? JsonSerializerOptions.Web), options);

    /// <summary>A task for a coroutine.</summary>
    /// <typeparam name="TInput">What is written as its input, by System.Text.Json.</typeparam>
    /// <param name="type">The coroutine's type.</param>
    /// <param name="input">What it gets.</param>
    /// <param name="options">When and how it runs; null: now, once.</param>
    /// <param name="json">How the input is written: from a source-generated context.</param>
    public static NewTask Of<TInput>(string type, TInput input, NewTaskOptions? options, JsonTypeInfo<TInput> json) =>
        new(type, JsonSerializer.SerializeToElement(input, json), options);

    internal static NewTask OfJson(string type, JsonElement input, NewTaskOptions? options) => new(type, input, options);
}
