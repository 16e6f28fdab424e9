using System.Collections.Concurrent;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Engine.Time;
using TaskApi.Handlers;

namespace TaskApi.Engine.Schedules;

/// <summary>
/// Has the occurrences of schedules make their tasks when they come due. Where several processes share the schedules, each of them does this, and the
/// storage lets one move a schedule on. Nothing of it is kept here: what there is to do is asked of the storage.
/// </summary>
internal sealed partial class ScheduleClockwork : IDisposable
{
    private const int ChunkSize = 1000;

    // After a fault, and where there is no room for a task: until it is tried again.
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    // After others were quicker throughout: they are at it.
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(20);

    // Other processes change schedules, too, and tell nobody.
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromSeconds(1);

    private readonly ISchedules _schedules;
    private readonly ScheduleStepper _stepper;
    private readonly ITaskClock _clock;
    private readonly ILogger _logger;
    private readonly EngineClock _ticks;
    private readonly IAlarm _alarm;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer? _looking;
    // By the task that is waited for, too: a schedule that is deleted and put again, or changed meanwhile, waits for another one.
    private readonly ConcurrentDictionary<(string Owner, string Name, Guid? Before), bool> _watched = new();

    // Ours: cancelled when the service stops. Never disposed of, for a host may be stopped by one thread while another disposes of it; without a timer it holds nothing.
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private int _looks;
    private bool _isStarted;
    private bool _isEnding;
    private volatile bool _isAway;

    /// <param name="schedules">The schedules.</param>
    /// <param name="stepper">Decides.</param>
    /// <param name="clock">The time by which schedules are judged.</param>
    /// <param name="isShared">True if other processes change the schedules, too.</param>
    /// <param name="timeProvider">Time, real or a test's.</param>
    /// <param name="logger">Is told what can't be done.</param>
    public ScheduleClockwork(ISchedules schedules, ScheduleStepper stepper, ITaskClock clock, bool isShared, TimeProvider timeProvider, ILogger<ScheduleClockwork> logger)
    {
        (_schedules, _stepper, _clock, _timeProvider, _logger) = (schedules, stepper, clock, timeProvider, new QuietLogger(logger));
        _stopped = _stopping.Token;
        // When it rings, the schedules are judged by the time of day: too soon does no harm.
        _ticks = new EngineClock(timeProvider, fromBehind: true);
        _alarm = timeProvider == TimeProvider.System ? new ThreadAlarm(_ticks, Ring) : new TimerAlarm(timeProvider, _ticks, Ring);
        // Of what others do no clock tells, so no test's either.
        if (isShared) _looking = TimeProvider.System.CreateTimer(static clockwork => ((ScheduleClockwork)clockwork!).LookAgain(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True while it is looking for what is due, and having it made.</summary>
    public bool IsLooking => Volatile.Read(ref _looks) != 0 && !_stopped.IsCancellationRequested;

    /// <summary>Begins.</summary>
    public void Start()
    {
        if (_isStarted || _isEnding) return;
        _isStarted = true;
        _schedules.Changed = Look;
        Look();
        _looking?.Change(_betweenLooks, _betweenLooks);
    }

    /// <summary>From now on nothing is created.</summary>
    public void Stop()
    {
        if (Interlocked.Exchange(ref _isEnding, true)) return;
        _looking?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _schedules.Changed = null;
        _stopping.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _looking?.Dispose();
        _alarm.Dispose();
    }

    private long Ring()
    {
        Look();
        return long.MaxValue;
    }

    private void LookAgain()
    {
        if (!_stopped.IsCancellationRequested && !IsLooking) Look();
    }

    // One at a time looks; who comes meanwhile has it look once more.
    private void Look()
    {
        if (Interlocked.Increment(ref _looks) == 1) _ = LookAsync();
    }

    private async Task LookAsync()
    {
        for (var looks = Volatile.Read(ref _looks); ; looks = Volatile.Read(ref _looks))
        {
            try
            {
                Arm(await DoDueAsync());
                _isAway = false;
            }
            catch (Exception) when (_stopped.IsCancellationRequested)
            {
                return;
            }
            catch (StorageUnavailableException exception)
            {
                NoteAway(exception);
                Arm(_clock.UtcNow + _pause);
            }
            catch (Exception exception)
            {
                Log.Failed(_logger, exception);
                Arm(_clock.UtcNow + _pause);
            }

            if (Interlocked.Add(ref _looks, -looks) == 0) return;
        }
    }

    // Answers when to look next; null: when something changes.
    private async ValueTask<DateTimeOffset?> DoDueAsync()
    {
        foreach (var waiting in await _schedules.FindWaitingAsync(_stopped)) Watch(waiting);
        while (true)
        {
            _stopped.ThrowIfCancellationRequested();
            var now = _clock.UtcNow;
            var due = await _schedules.FindDueAsync(now, ChunkSize, _stopped);
            if (due.Count == 0) return await _schedules.FirstDueAsync(_stopped);
            var steps = await _stepper.PlanAsync(due, now, _stopped);
            var answers = steps.Count == 0 ? [] : await _schedules.StepAsync(steps, _stopped);
            var (isRefused, isFirst) = (steps.Count < due.Count, false);
            for (var i = 0; i < answers.Length; i++)
            {
                if (answers[i].Schedule is { Waiting: not null } waiting) Watch(waiting);
                isFirst |= answers[i].Status == AnswerStatus.Ok;
                if (answers[i].Status is AnswerStatus.Ok or AnswerStatus.ConditionFailed) continue;
                if (answers[i].Status != AnswerStatus.ShuttingDown) Log.Refused(_logger, steps[i].From.Name, answers[i].Status);
                isRefused = true;
            }

            if (isRefused) return now + _pause;
            if (!isFirst) return now + _moment;
        }
    }

    private void Arm(DateTimeOffset? at)
    {
        var now = _clock.UtcNow;
        if (at is { } next) _alarm.Set(_ticks.TickAfter(next <= now ? TimeSpan.Zero : next - now));
    }

    private void Watch(ScheduleState schedule)
    {
        if (_watched.TryAdd((schedule.Owner, schedule.Name, schedule.LastRun?.Task), true)) _ = WatchAsync(schedule.Owner, schedule.Name, schedule.LastRun?.Task);
    }

    // What waits begins when the task of the one before is done.
    private async Task WatchAsync(string owner, string name, Guid? before)
    {
        try
        {
            while (!await TryBeginWaitingAsync(owner, name, before)) await Task.Delay(_pause, _timeProvider, _stopped);
        }
        catch (Exception) when (_stopped.IsCancellationRequested)
        {
            return;
        }

        _watched.TryRemove((owner, name, before), out _);
        // What has begun to wait meanwhile is found with that.
        Look();
    }

    // False if that is to be tried again.
    private async ValueTask<bool> TryBeginWaitingAsync(string owner, string name, Guid? before)
    {
        try
        {
            var status = await _stepper.BeginWaitingAsync(owner, name, before, _stopped);
            if (status is not (AnswerStatus.Ok or AnswerStatus.ShuttingDown)) Log.Refused(_logger, name, status);
            return status == AnswerStatus.Ok;
        }
        catch (StorageUnavailableException exception) when (!_stopped.IsCancellationRequested)
        {
            NoteAway(exception);
            return false;
        }
        catch (Exception exception) when (!_stopped.IsCancellationRequested)
        {
            Log.Failed(_logger, exception);
            return false;
        }
    }

    // Once, however long it is away.
    private void NoteAway(StorageUnavailableException exception)
    {
        if (!_isAway) Log.Unavailable(_logger, exception);
        _isAway = true;
    }

    private static partial class Log
    {
        [LoggerMessage(170, LogLevel.Warning, "The schedule {Name} could not make its task, which is tried again: {Status}")]
        public static partial void Refused(ILogger logger, string name, AnswerStatus status);

        [LoggerMessage(171, LogLevel.Warning, "Schedules can't be read or moved on now; it is tried again until they can")]
        public static partial void Unavailable(ILogger logger, Exception exception);

        [LoggerMessage(172, LogLevel.Error, "What is due by schedules could not be made; it is tried again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
