using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Model;

/// <summary>
/// What a registry throws where its answer has no <see cref="RegistryStatus"/> to say <see cref="RegistryStatus.StorageUnavailable"/>:
/// its storage can't be read or written now. Trying again later is worthwhile.
/// </summary>
internal sealed class StorageUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
