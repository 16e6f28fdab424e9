namespace TaskApi.Client;

/// <summary>How a worker takes tasks from a service, and gives them back.</summary>
public sealed class TaskApiWorkerOptions
{
    /// <summary>The key to call with, or null if the service asks for none. A worker gets its key's tasks alone.</summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// How many tasks run at once of the handlers that have no bound of their own: 1 to 1,000. Those with <see cref="HandlerOptions.MaxRunning"/> or
    /// <see cref="HandlerOptions.OnThreads"/> are bounded by that, beside this. Default: 100.
    /// </summary>
    public int Concurrency { get; set; } = 100;

    /// <summary>
    /// The queues to take from, up to 100. Empty, the default: those that are named like the handlers' types, which is where tasks are unless they say
    /// otherwise. What comes out of a queue and has no handler here is given back, to be offered again in 10 seconds; what has one that is full, in 1 second. While nothing
    /// but that comes, only as much is asked for as the handler has room for, and once a second as much as there is room for in all (<see cref="Concurrency"/>, if all handlers
    /// have bounds of their own), to find what is behind it: each time as many of the full handler's tasks may be given back, to the end of their queue.
    /// </summary>
    public IList<string> Queues { get; } = [];

    /// <summary>What the service shows as the tasks' worker: 1 to 128 characters. Null for the machine's name and the process's number.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// How long the service waits for a sign of life before it gives a task to another worker: 1 second to 1 hour. A third of it lies between two such
    /// signs. Default: 30 seconds.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one call for tasks is held while there are none. Shorter than what any proxy in between puts up with. Default: 30 seconds.</summary>
    public TimeSpan LongPoll { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long an answer may take, beyond the wait that was asked for, before the call counts as lost. Default: 15 seconds. An answer to a
    /// sign of life has a sixth of <see cref="Lease"/> if that is less, but at least 1 second: leases of 6 seconds or more outlast one that is lost.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long handlers may go on when the program stops, before their tokens are cancelled: 0 to 1 hour. With <see cref="CancelGrace"/> it has to fit into
    /// <c>HostOptions.ShutdownTimeout</c>, which is 30 seconds unless the program says otherwise. Default: 10 seconds.
    /// </summary>
    public TimeSpan ShutdownGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long handlers may clean up whose tokens have been cancelled because the program stops or the lease is lost: 0 to 1 hour. Then the task is given
    /// back, and the log names the handler. The time that a cancelled task has is the service's to say (<c>Work:CancelGrace</c>). Default: 10 seconds.
    /// </summary>
    public TimeSpan CancelGrace { get; set; } = TimeSpan.FromSeconds(10);

    internal string NameOrDefault => Name ?? TextRule.Cut(FormattableString.Invariant($"{Environment.MachineName}-{Environment.ProcessId}"), FieldRules.Worker.MaxLength);

    /// <summary>Checks them.</summary>
    /// <exception cref="ArgumentException">One of them is not what it may be; the message names it.</exception>
    internal void Check(string parameter)
    {
        if (FaultOf() is { } fault)
            throw new ArgumentException(fault, parameter);
    }

    private string? FaultOf() => this switch
    {
        { Concurrency: < 1 or > 1000 } => $"Concurrency must be from 1 to 1,000, not {Concurrency}.",
        { Queues.Count: > 100 } => $"Queues must be at most 100, not {Queues.Count}.",
        _ when Queues.FirstOrDefault(static queue => !FieldRules.Label.Allows(queue)) is { } queue => $"Queues: '{queue}' {FieldRules.Label.Fault}",
        { Name: { } name } when !FieldRules.Worker.Allows(name) => $"Name {FieldRules.Worker.Fault}",
        _ when !FieldRules.LeaseSeconds.Allows(Lease.TotalSeconds) => "Lease must be from 1 second to 1 hour.",
        _ when LongPoll <= TimeSpan.Zero => "LongPoll must be above 0.",
        _ when Timeout <= TimeSpan.Zero => "Timeout must be above 0.",
        _ when ShutdownGrace < TimeSpan.Zero || ShutdownGrace > TimeSpan.FromHours(1) => "ShutdownGrace must be from 0 to 1 hour.",
        _ when CancelGrace < TimeSpan.Zero || CancelGrace > TimeSpan.FromHours(1) => "CancelGrace must be from 0 to 1 hour.",
        _ => null,
    };
}
