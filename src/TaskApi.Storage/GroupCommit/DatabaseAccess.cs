using Microsoft.Extensions.Options;
using TaskApi.Engine.Events;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Handlers;

namespace TaskApi.Storage.GroupCommit;

/// <summary>
/// A database in use by this process: the connections that read it, the one that writes, who waits for its tasks, and, where it is shared, the one
/// that listens. What commands, queries and idempotency have in common. Thread-safe.
/// </summary>
internal sealed partial class DatabaseAccess : IDisposable
{
    private static readonly TimeSpan _betweenReturns = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Measurements _measurements;
    private readonly WorkOptions _workOptions;
    private readonly bool _isObserved;
    private readonly ICallbackBody? _callbackBody;
    // Owned here: cancelled when the database is given up.
    private readonly CancellationTokenSource _closing = new();
    // To be asked beyond the end, too.
    private readonly CancellationToken _closed;
    private SqlWriter? _writer;
    private IListener? _listener;
    private bool _isDisposed;

    /// <param name="options">The bounds.</param>
    /// <param name="keyOptions">The bounds of calls with a key.</param>
    /// <param name="storage">The database.</param>
    /// <param name="clock">The clock that decides what is due.</param>
    /// <param name="timeProvider">Time, real or a test's.</param>
    /// <param name="logger">Receives START and END of each task at Debug.</param>
    /// <param name="measurements">Where lateness and transactions are recorded; null for nowhere.</param>
    /// <param name="workOptions">The bounds of work; null for the defaults.</param>
    /// <param name="workObserver">Is told what becomes of work; null for nobody.</param>
    /// <param name="callbackBody">Writes what callbacks tell; null where no task has one.</param>
    public DatabaseAccess(
        IOptions<TaskOptions> options, IOptions<IdempotencyOptions> keyOptions, ISqlStorage storage, RunClock clock, TimeProvider timeProvider,
        ILogger<DatabaseAccess> logger, Measurements? measurements = null, IOptions<WorkOptions>? workOptions = null, IWorkObserver? workObserver = null,
        ICallbackBody? callbackBody = null)
    {
        _closed = _closing.Token;
        (_workOptions, _isObserved, _callbackBody) = (workOptions?.Value ?? new WorkOptions(), workObserver is not null, callbackBody);
        Signals = new WorkSignals(storage.Counters, new AcquireWaiters(waiter => TakeWorkAsync(waiter.Call, waiter.Take, waiter), timeProvider), workObserver, isShared: storage.Cluster is not null);
        (_timeProvider, _logger, _measurements) = (timeProvider, new QuietLogger(logger), measurements ?? new Measurements());
        (Options, Storage, Clock) = (options.Value, storage, clock);
        (Queues, Workers) = (new QueueBook(_workOptions), new SqlWorkers(this));
        Keys = new IdempotencyTable(keyOptions.Value, Options.MaxWaitSeconds * 1000L);
        Readers = new ReadPool(storage);
        Events = new TaskEventLog(Options.EventBuffer, Options.EventBufferBytes, timeProvider, isNumberedElsewhere: storage.Cluster is not null);
        Publisher = new CommitPublisher(Events, Waiters, storage.Counters, clock, storage, _logger, _measurements);
    }

    /// <summary>The bounds.</summary>
    public TaskOptions Options { get; }

    /// <summary>The database.</summary>
    public ISqlStorage Storage { get; }

    /// <summary>The clock that decides what is due.</summary>
    public RunClock Clock { get; }

    /// <summary>Numbers and counts.</summary>
    public ICounters Counters => Storage.Counters;

    /// <summary>The calls that are kept.</summary>
    public IdempotencyTable Keys { get; }

    /// <summary>Who waits in this process.</summary>
    public WaiterTable Waiters { get; } = new();

    /// <summary>Who waits for work in this process, or runs it.</summary>
    public WorkSignals Signals { get; }

    /// <summary>What is set of queues.</summary>
    public QueueBook Queues { get; }

    /// <summary>The workers that have called.</summary>
    public SqlWorkers Workers { get; }

    /// <summary>What is set aside for tasks to come.</summary>
    public CreationRoom Room { get; } = new();

    /// <summary>Tells what transactions have done.</summary>
    public CommitPublisher Publisher { get; }

    /// <summary>The latest events.</summary>
    public TaskEventLog Events { get; }

    /// <summary>The connections that read.</summary>
    public ReadPool Readers { get; }

    /// <summary>The one that writes.</summary>
    public SqlWriter Writer => _writer ?? throw new InvalidOperationException("Not open yet.");

    /// <summary>The one that listens to other processes; null where there are none.</summary>
    public IListener? Listener => _listener;

    /// <inheritdoc cref="IStorageHealth.Overdue"/>
    public TimeSpan Overdue => _writer?.Overdue ?? TimeSpan.Zero;

    /// <inheritdoc cref="IStorageHealth.Fault"/>
    public string? Fault => _writer?.Fault is null ? Storage.Cluster?.Fault : "The database can't be written.";

    /// <summary>Takes the database into use; what came due while nobody ran completes at once. To be called once, before anything else.</summary>
    /// <exception cref="StorageRefusedException">It can't be used.</exception>
    public void Open()
    {
        Storage.Open();
        _writer = new SqlWriter(Storage, Clock, Keys, Publisher, Waiters, Options, _workOptions, Signals, Room, Queues, _isObserved, _callbackBody, _timeProvider, _logger, _measurements);
        _listener = Storage.Cluster?.Listen(Publisher, Events, _writer, Signals, Queues, _logger);
    }

    /// <summary>Has a change made; completes when it is on disk.</summary>
    /// <param name="owner">Who asks for it; null if none of its owners can be new.</param>
    /// <param name="change">What to do; called by the writer, once more if the transaction is undone and made again.</param>
    /// <param name="refusal">What to answer where the storage is unavailable; null throws <see cref="StorageUnavailableException"/>.</param>
    /// <param name="scope">What it concerns.</param>
    /// <param name="cancellationToken">Cancelled before its turn comes, it isn't done at all.</param>
    public ValueTask<T> ChangeAsync<T>(string? owner, Func<WriteBatch, T> change, Func<AnswerStatus, T>? refusal, WriteScope scope, CancellationToken cancellationToken) =>
        DoAsync(owner, new AnyChange<T>(change, refusal, scope, cancellationToken), cancellationToken);

    /// <summary>The same for a change of a kind of its own. An owner who is new is looked up first: another process may hold him for long, and the writer waits for nobody.</summary>
    public ValueTask<T> DoAsync<T>(string? owner, WriteOperation<T> operation, CancellationToken cancellationToken)
    {
        return owner is null || Counters.Knows(owner) ? Writer.DoAsync(operation, cancellationToken) : AskAsync();

        async ValueTask<T> AskAsync()
        {
            try
            {
                await Counters.EnsureAsync(owner, cancellationToken);
            }
            catch (StorageUnavailableException exception)
            {
                operation.Fail(exception);
                operation.Answer();
                return await operation.Answered;
            }

            return await Writer.DoAsync(operation, cancellationToken);
        }
    }

    /// <summary>Starts tasks whose turn it is. What nobody hears of goes back.</summary>
    public async ValueTask<AcquireAnswer> TakeWorkAsync(WorkAcquire call, WorkTake take, AcquireWaiter? waiter)
    {
        var operation = new TakeWork(call, take, waiter, tasks => _ = ReturnWorkAsync(call.Owner, Array.ConvertAll(tasks, static task => task.Token)).AsTask());
        try
        {
            return await DoAsync(call.Owner, operation, CancellationToken.None);
        }
        catch (StorageUnavailableException exception) when (exception.IsOutcomeUnknown)
        {
            operation.GiveBack();
            throw;
        }
    }

    /// <summary>
    /// Takes back what was acquired and reached nobody. If that can't be written now, it is as soon as it can: a task that a handler of this process
    /// was to run has no lease that would end.
    /// </summary>
    /// <param name="owner">Whose tasks they are; null for everybody's.</param>
    /// <param name="tokens">As many as one transaction takes.</param>
    public async ValueTask ReturnWorkAsync(string? owner, LeaseToken[] tokens)
    {
        try
        {
            await TryReturnAsync(owner, tokens);
        }
        catch (Exception exception)
        {
            // Whatever it is: it may be that of what follows from another change in the same transaction.
            Log.NotGivenBack(_logger, exception, tokens.Length);
            _ = ReturnLaterAsync(owner, tokens);
        }
    }

    // Owned by the database: it ends with that, and what is left then is rescued as what any node leaves.
    private async Task ReturnLaterAsync(string? owner, LeaseToken[] tokens)
    {
        while (true)
        {
            await Task.Delay(_betweenReturns, _timeProvider, _closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_closed.IsCancellationRequested) return;
            try
            {
                await TryReturnAsync(owner, tokens);
                Log.GivenBack(_logger, tokens.Length);
                return;
            }
            catch (Exception)
            {
                // It has been said.
            }
        }
    }

    private async ValueTask TryReturnAsync(string? owner, LeaseToken[] tokens) => await ChangeAsync(
        owner, batch =>
        {
            batch.Starts.Return(owner, tokens);
            return true;
        },
        refusal: null, WriteScope.Working(Array.ConvertAll(tokens, static token => TaskNumbers.Of(token.Task))), CancellationToken.None);

    /// <summary>Does what has been asked for, and gives the database up.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _closing.Cancel();
        Interlocked.Exchange(ref _listener, null)?.Dispose();
        _writer?.Dispose();
        Readers.Dispose();
        Storage.Dispose();
        _closing.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(1205, LogLevel.Warning, "{Count} tasks that were started for nobody could not be given back: that is tried until it can be written")]
        public static partial void NotGivenBack(ILogger logger, Exception exception, int count);

        [LoggerMessage(1206, LogLevel.Information, "{Count} tasks that were started for nobody have been given back")]
        public static partial void GivenBack(ILogger logger, int count);
    }
}
