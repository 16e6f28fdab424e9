
namespace TaskApi.Engine.Ports;

/// <summary>
/// What a registry throws where its answer has no <see cref="RegistryStatus"/> to say <see cref="RegistryStatus.StorageUnavailable"/>:
/// its storage can't be read or written now. Trying again later is worthwhile.
/// </summary>
internal sealed class StorageUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>True if what was asked for may have been done all the same (<see cref="RegistryStatus.OutcomeUnknown"/>).</summary>
    public bool IsOutcomeUnknown { get; init; }

    /// <summary>The status that says the same.</summary>
    public RegistryStatus Status => IsOutcomeUnknown ? RegistryStatus.OutcomeUnknown : RegistryStatus.StorageUnavailable;
}
