
namespace TaskApi.Engine.Ports;

/// <summary>
/// What a storage throws where its answer has no <see cref="AnswerStatus"/> to say <see cref="AnswerStatus.StorageUnavailable"/>:
/// its storage can't be read or written now. Trying again later is worthwhile.
/// </summary>
internal sealed class StorageUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>True if what was asked for may have been done all the same (<see cref="AnswerStatus.OutcomeUnknown"/>).</summary>
    public bool IsOutcomeUnknown { get; init; }

    /// <summary>The status that says the same.</summary>
    public AnswerStatus Status => IsOutcomeUnknown ? AnswerStatus.OutcomeUnknown : AnswerStatus.StorageUnavailable;
}
