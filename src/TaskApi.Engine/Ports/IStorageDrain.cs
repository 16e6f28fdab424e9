namespace TaskApi.Engine.Ports;

/// <summary>How the storage ends.</summary>
internal interface IStorageDrain
{
    /// <summary>
    /// Takes nothing new from now on (<see cref="AnswerStatus.ShuttingDown"/>). A storage that keeps tasks in memory alone lets pending
    /// ones come due for <paramref name="grace"/>, as long as one may, then cancels the rest with reason <see cref="TaskError.Shutdown"/>.
    /// </summary>
    Task<DrainSummary> DrainAsync(TimeSpan grace, CancellationToken cancellationToken);
}
