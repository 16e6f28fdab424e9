using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>Of a storage that keeps no schedules: it has none, and takes none.</summary>
internal sealed class NoSchedules : ISchedules
{
    /// <inheritdoc/>
    public Action? Changed { get; set; }

    /// <inheritdoc/>
    public ValueTask<ScheduleAnswer> ChangeAsync(
        string owner, string name, Func<ScheduleState?, ScheduleState?> change, ScheduleCondition? condition, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new ScheduleAnswer(AnswerStatus.SchedulesNotSupported));

    /// <inheritdoc/>
    public ValueTask<ScheduleState?> FindAsync(string owner, string name, CancellationToken cancellationToken) => ValueTask.FromResult<ScheduleState?>(null);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ScheduleState>> ListAsync(string owner, string after, int limit, CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<ScheduleState>>([]);

    /// <inheritdoc/>
    public ValueTask<AnswerStatus> DeleteAsync(string owner, string name, ScheduleCondition? condition, CancellationToken cancellationToken) => ValueTask.FromResult(AnswerStatus.NotFound);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ScheduleState>> FindDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<ScheduleState>>([]);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ScheduleState>> FindWaitingAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<ScheduleState>>([]);

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> FirstDueAsync(CancellationToken cancellationToken) => ValueTask.FromResult<DateTimeOffset?>(null);

    /// <inheritdoc/>
    public ValueTask<ScheduleStepAnswer[]> StepAsync(IReadOnlyList<ScheduleStep> steps, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new ScheduleStepAnswer[steps.Count]);
}
