using System.Reflection;

namespace TaskApi.Handlers;

/// <summary>How an attempt ended, before anybody asks what that means. Made by its constructors.</summary>
/// <param name="Result">What the handler returned, as JSON.</param>
/// <param name="Exception">What it threw; null if it didn't.</param>
/// <param name="InputFault">What is wrong with the input, so that it was never called; null if nothing is.</param>
/// <param name="Own">What it means, where the handler has said so itself.</param>
internal readonly record struct AttemptEnd(ReadOnlyMemory<byte> Result, Exception? Exception, string? InputFault, HandlerOutcome? Own = null)
{
    /// <summary>The reason of an error: the input is not what the handler takes.</summary>
    public const string InvalidInput = "InvalidInput";

    /// <summary>The reason of an error: the result is longer than it may be.</summary>
    public const string ResultTooLarge = "ResultTooLarge";

    /// <summary>The handler returned.</summary>
    public static AttemptEnd Returned(ReadOnlyMemory<byte> result) => new(result, Exception: null, InputFault: null);

    /// <summary>The handler threw.</summary>
    public static AttemptEnd Raised(Exception exception) => new(Result: default, Bare(exception), InputFault: null);

    /// <summary>The handler can't read its input.</summary>
    public static AttemptEnd BadInput(string fault) => new(Result: default, Exception: null, fault);

    /// <summary>The handler has said itself what its end means.</summary>
    public static AttemptEnd As(in HandlerOutcome outcome) => new(Result: default, Exception: null, InputFault: null, outcome);

    /// <summary>What that means for the task. Who waits for tasks, or creates some, while the service stops is given back: nothing is wrong with it.</summary>
    /// <param name="signals">What the attempt had been told by then.</param>
    public HandlerOutcome ToOutcome(AttemptSignals signals) => Own ?? Exception switch
    {
        null => InputFault is null ? HandlerOutcome.Returned(Result) : HandlerOutcome.Raised(InvalidInput, InputFault, retry: false),
        TaskFailedException failed => HandlerOutcome.Raised(failed.Reason, failed.Detail, failed.Retry),
        OperationCanceledException when signals.HasFlag(AttemptSignals.CancelRequested) => HandlerOutcome.Cancelled,
        OperationCanceledException when signals.HasFlag(AttemptSignals.Stopping) => HandlerOutcome.Released,
        TaskApiException { IsStopping: true } or { InnerException: TaskApiException { IsStopping: true } } => signals.HasFlag(AttemptSignals.CancelRequested) ? HandlerOutcome.Cancelled : HandlerOutcome.Stopped,
        var other => HandlerOutcome.Raised(NameOf(other.GetType()), MessageOf(other)),
    };

    /// <summary>The name of an exception's type as errors have it: without namespace, and without what is generic about it.</summary>
    public static string NameOf(Type type)
    {
        var name = type.Name;
        return name.IndexOf('`') is > 0 and var end ? name[..end] : name;
    }

    // A property of the program's own, which may throw as well.
    private static string? MessageOf(Exception exception)
    {
        try
        {
            return exception.Message;
        }
        catch (Exception)
        {
            return null;
        }
    }

    // What only says that there is another one is passed over.
    private static Exception Bare(Exception exception)
    {
        while (exception is AggregateException { InnerExceptions.Count: 1 } or TargetInvocationException { InnerException: not null })
            exception = exception.InnerException!;
        return exception;
    }
}
