using System.Diagnostics;
using Microsoft.Extensions.Options;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Work;

/// <summary>Creates tasks for handlers, with the task that they run as their parent. Thread-safe.</summary>
/// <param name="commands">The storage.</param>
/// <param name="clock">The time by which the storage judges due times.</param>
/// <param name="settings">The largest input.</param>
/// <param name="describe">A task as programs see it.</param>
internal sealed class ChildTasks(ITaskCommands commands, ITaskClock clock, IOptions<WorkOptions> settings, Func<TaskSnapshot, TaskInfo> describe)
{
    /// <summary>Now, once.</summary>
    public static readonly NewTaskOptions Plain = new();

    /// <summary>Creates one.</summary>
    /// <param name="parent">Who wants it.</param>
    /// <param name="type">Its type.</param>
    /// <param name="input">One JSON value.</param>
    /// <param name="options">When and how it runs.</param>
    /// <param name="cancellationToken">Given up before.</param>
    /// <exception cref="ArgumentException">Something of it is not what it may be.</exception>
    /// <exception cref="TaskExistsException">It was to be the only one, and there is one.</exception>
    /// <exception cref="InvalidOperationException">The storage doesn't take it.</exception>
    public async Task<Guid> CreateAsync(LeasedAttempt parent, string type, byte[] input, NewTaskOptions options, CancellationToken cancellationToken)
    {
        if (!WorkTypes.IsName(type))
            throw new ArgumentException($"'{type}' can't be a task's type.", nameof(type));
        if (settings.Value.MaxInputBytes is var most && input.Length > most)
            throw new ArgumentException(FormattableString.Invariant($"The input has {input.Length:N0} bytes of JSON; Work:MaxInputBytes allows {most:N0}."), nameof(input));
        WorkTypes.CheckOfChild(type);
        if (type == WorkTypes.Http && HttpCall.Read(input, out var fault) is null)
            throw new ArgumentException($"The input's {fault.Field} {fault.Rule}", nameof(input));
        ChildTaskRules.Check(options, clock.UtcNow);
        var work = new WorkSpec
        {
            Type = type,
            Input = input,
            Queue = options.Queue,
            Priority = options.Priority,
            Key = options.Key,
            Retry = options.Retry is { } retry ? ToPolicy(retry) : BuiltInWork.RetryOf(type),
            AttemptSeconds = options.AttemptTimeout?.TotalSeconds ?? BuiltInWork.AttemptSecondsOf(type),
            Parent = parent.Id,
            Unique = options.Unique is { } unique ? new UniqueTask(unique.Key, unique.Scope, unique.OnConflict) : null,
            After = options.After.Count == 0 ? null : new AfterSpec([.. options.After.Select(static id => new AfterTask(id))], options.AfterOn),
            TraceParent = Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : parent.TraceParent,
        };
        var task = new TaskSpec
        {
            Message = "",
            Work = work,
            Schedule = new TaskSchedule(options.Delay?.TotalSeconds ?? 0, options.DueAt),
            Name = options.Name,
            Group = options.Group,
            TimeoutSeconds = options.Timeout?.TotalSeconds,
            Callback = ChildTaskRules.ReadCallback(options, settings.Value.MaxInputBytes),
        };
        var answer = await ProgramAnswers.Of(commands.CreateAsync(parent.Owner, task, watch: false, cancellationToken));
        return answer.Status switch
        {
            AnswerStatus.Ok => answer.Task!.Id,
            AnswerStatus.TaskExists => throw new TaskExistsException(new Problem
            {
                Type = "urn:taskapi:problem:task-exists",
                Status = 409,
                Detail = "The task can't be created: there is one with its unique key.",
                Task = answer.Task is { } there ? describe(there) : null,
            }),
            AnswerStatus.ShuttingDown => throw Stops(Sentence(AnswerStatus.ShuttingDown)),
            var refusal => throw new InvalidOperationException(Sentence(refusal)),
        };
    }

    // By what it has within, it is known that the attempt has done nothing wrong.
    private static InvalidOperationException Stops(string sentence) =>
        new(sentence, new ServiceBusyException(new Problem { Type = TaskApiException.ShuttingDown, Status = 503, Detail = sentence }, retryAfter: null));

    private static RetryPolicy ToPolicy(TaskRetry retry) => new()
    {
        MaxAttempts = retry.MaxAttempts,
        MaxLosses = retry.MaxLosses,
        InitialSeconds = retry.Initial.TotalSeconds,
        Factor = retry.Factor,
        MaxSeconds = retry.Max.TotalSeconds,
        Jitter = retry.Jitter,
        MaxElapsedSeconds = retry.MaxElapsed?.TotalSeconds,
    };

    private static string Sentence(AnswerStatus status) => status switch
    {
        AnswerStatus.CapacityReached => "The task can't be created: as many tasks are pending as there may be (Tasks:MaxPending, Tasks:MaxTaskBytes).",
        AnswerStatus.ShuttingDown => "The task can't be created: the program stops.",
        AnswerStatus.DependencyNotFound => "The task can't be created: one of those that it is to wait for is unknown, or has been forgotten.",
        AnswerStatus.TooDeep => "The task can't be created: too many tasks would wait one for the other.",
        AnswerStatus.OutcomeUnknown => "The storage broke off: the task may have been created, or not.",
        _ => "The task can't be created: the storage can't be written now.",
    };
}
