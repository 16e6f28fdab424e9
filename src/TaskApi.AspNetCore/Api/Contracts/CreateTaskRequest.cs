using System.ComponentModel.DataAnnotations;
using TaskApi.AspNetCore.Http.Json;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>
/// A task to create: with a <c>message</c>, which is there after a while, or with a <c>type</c>, for a coroutine that runs in a worker. At most one
/// of <c>delaySeconds</c>, <c>delay</c> and <c>dueAt</c>; with none the task is due now.
/// </summary>
/// <remarks>The attributes are documentation; <see cref="CreateTaskValidation"/> enforces the rules.</remarks>
// Set, not init: the serializer then sets what is given, and needs no array for all that could be.
internal sealed record CreateTaskRequest : IScheduleRequest
{
    /// <summary>The message to deliver. Exactly one of <c>message</c> and <c>type</c>.</summary>
    [Rule(nameof(FieldRules.Message))]
    public string? Message { get; set; }

    /// <summary>Due in so many seconds; fractions are allowed.</summary>
    [Rule(nameof(FieldRules.DelaySeconds))]
    public double? DelaySeconds { get; set; }

    /// <summary>Due after this ISO 8601 duration: weeks to seconds, no years or months; at most 31,536,000 s.</summary>
    [DataType(DataType.Duration), RegularExpression(IsoDuration.Pattern)]
    public string? Delay { get; set; }

    /// <summary>Due at this instant (RFC 3339 with an offset), at most a year ahead; one in the past means now.</summary>
    [DataType(DataType.DateTime)]
    public string? DueAt { get; set; }

    /// <summary>A label, which need not be unique.</summary>
    [Rule(nameof(FieldRules.Name))]
    public string? Name { get; set; }

    /// <summary>A grouping key.</summary>
    [Rule(nameof(FieldRules.Label))]
    public string? Group { get; set; }

    /// <summary>Cancel the task, with reason <c>timeout</c>, if it is not done so many seconds after its creation.</summary>
    [Rule(nameof(FieldRules.TimeoutSeconds))]
    public double? TimeoutSeconds { get; set; }

    /// <summary>Which coroutine runs; with <c>http</c> the service itself calls the URL that the input names, a <c>future</c> has none, and a <c>gather</c> waits for other tasks. Not <c>message</c>.</summary>
    [Rule(nameof(FieldRules.Type))]
    public string? Type { get => Work?.Type; set => OwnWork().Type = value; }

    /// <summary>What the coroutine gets: any JSON, at most 64 KiB of it unless the service says otherwise, at most 64 levels deep, no property twice. Absent, it is null. Of type <c>http</c>: <c>url</c>, <c>method</c>, <c>headers</c>, <c>body</c> or <c>text</c>, <c>format</c> (<c>cloudevents</c>), <c>timeoutSeconds</c>, <c>sign</c>. Of type <c>gather</c>, up to 4 MiB: <c>ids</c> of 1 to 100,000 tasks, or <c>tasks</c> to create with it, up to 10,000; <c>onFailure</c> (<c>leave</c> or <c>cancel</c>), <c>returnExceptions</c>.</summary>
    public RawJson? Input { get => Work?.Input; set => OwnWork().Input = value; }

    /// <summary>Where the task waits for its turn. Absent, it is named like the type.</summary>
    [Rule(nameof(FieldRules.Label))]
    public string? Queue { get => Work?.Queue; set => OwnWork().Queue = value; }

    /// <summary>The higher, the sooner among the tasks that are due; 0 by default.</summary>
    [Rule(nameof(FieldRules.Priority))]
    public int? Priority { get => Work?.Priority; set => OwnWork().Priority = value; }

    /// <summary>What a queue counts by.</summary>
    [Rule(nameof(FieldRules.Label))]
    public string? Key { get => Work?.Key; set => OwnWork().Key = value; }

    /// <summary>Whether, and when, it is begun again. Absent, an error ends it, as in asyncio, and a lost attempt is begun again three times.</summary>
    public RetryRequest? Retry { get => Work?.Retry; set => OwnWork().Retry = value; }

    /// <summary>The longest that one attempt may take, in seconds.</summary>
    [Rule(nameof(FieldRules.TimeoutSeconds))]
    public double? AttemptSeconds { get => Work?.AttemptSeconds; set => OwnWork().AttemptSeconds = value; }

    /// <summary>That there is to be at most one task with a key.</summary>
    public UniqueRequest? Unique { get => Work?.Unique; set => OwnWork().Unique = value; }

    /// <summary>
    /// The tasks that it waits for before its delay begins: an array of up to 1,000 ids, delayed messages' too, or an object with such <c>ids</c> and <c>on</c>. With <c>success</c>, the default, all
    /// of them have to complete: if one doesn't, the task is cancelled with reason <c>dependency</c>; with <c>done</c> they may end as they like. In a batch that is an array, <c>#0</c> is its first element, and so on.
    /// </summary>
    public AfterRequest? After { get => Work?.After; set => OwnWork().After = value; }

    /// <summary>
    /// What is called when the task is done, however it ends: with or without a type. The service then creates a task of type <c>http</c> whose <c>parent</c> is this one. It is not shown in the task.
    /// </summary>
    public CallbackRequest? Callback { get => Work?.Callback; set => OwnWork().Callback = value; }

    /// <summary>What only few tasks have; null if nothing of it is given, as with nearly every message.</summary>
    internal WorkFields? Work { get; private set; }

    private WorkFields OwnWork() => Work ??= new WorkFields();
}

/// <summary>The fields of a request that only tasks with a type, or few tasks, have: beside the request, so that a message's doesn't grow by them.</summary>
internal sealed class WorkFields
{
    /// <inheritdoc cref="CreateTaskRequest.Type"/>
    public string? Type { get; set; }

    /// <inheritdoc cref="CreateTaskRequest.Input"/>
    public RawJson? Input { get; set; }

    /// <inheritdoc cref="CreateTaskRequest.Queue"/>
    public string? Queue { get; set; }

    /// <inheritdoc cref="CreateTaskRequest.Priority"/>
    public int? Priority { get; set; }

    /// <inheritdoc cref="CreateTaskRequest.Key"/>
    public string? Key { get; set; }

    /// <inheritdoc cref="CreateTaskRequest.Retry"/>
    public RetryRequest? Retry { get; set; }

    /// <inheritdoc cref="CreateTaskRequest.AttemptSeconds"/>
    public double? AttemptSeconds { get; set; }

    /// <inheritdoc cref="CreateTaskRequest.Unique"/>
    public UniqueRequest? Unique { get; set; }

    /// <inheritdoc cref="CreateTaskRequest.After"/>
    public AfterRequest? After { get; set; }

    /// <inheritdoc cref="CreateTaskRequest.Callback"/>
    public CallbackRequest? Callback { get; set; }
}

/// <summary>That there is to be at most one of the caller's tasks with a key.</summary>
internal sealed record UniqueRequest
{
    /// <summary>The key.</summary>
    [Required, Rule(nameof(FieldRules.Name))]
    public string? Key { get; set; }

    /// <summary>Among which tasks: those that aren't done (<c>unfinished</c>, the default), or those that have not begun (<c>pending</c>).</summary>
    public UniqueScope? Scope { get; set; }

    /// <summary>What happens if there is one: it is the answer (<c>existing</c>, the default); nothing is created (<c>reject</c>); or it gets the new input and due time, if it has not begun and is of the same type (<c>replace</c>).</summary>
    public UniqueConflict? OnConflict { get; set; }
}

/// <summary>Whether, and when, work that did not succeed is begun again; what is absent has its default.</summary>
internal sealed record RetryRequest
{
    /// <summary>How many attempts may end in an error; 1 by default.</summary>
    [Rule(nameof(FieldRules.MaxAttempts))]
    public int? MaxAttempts { get; set; }

    /// <summary>How often a lost attempt is begun again; 3 by default. With 0 the task is begun at most once.</summary>
    [Rule(nameof(FieldRules.MaxLosses))]
    public int? MaxLosses { get; set; }

    /// <summary>The delay after the first error, in seconds; 1 by default.</summary>
    [Rule(nameof(FieldRules.RetrySeconds))]
    public double? InitialSeconds { get; set; }

    /// <summary>What the delay grows by with each further error; 2 by default.</summary>
    [Rule(nameof(FieldRules.Factor))]
    public double? Factor { get; set; }

    /// <summary>The longest delay, in seconds; 3,600 by default.</summary>
    [Rule(nameof(FieldRules.RetrySeconds))]
    public double? MaxSeconds { get; set; }

    /// <summary>The part of a delay of which a random share is left out; 0.1 by default.</summary>
    [Rule(nameof(FieldRules.Jitter))]
    public double? Jitter { get; set; }

    /// <summary>No attempt begins later than so many seconds after the creation; no such bound by default.</summary>
    [Rule(nameof(FieldRules.DelaySeconds))]
    public double? MaxElapsedSeconds { get; set; }
}
