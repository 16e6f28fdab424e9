namespace TaskApi.Storage.GroupCommit;

/// <summary>The storage can't be used, so the service doesn't start: the message is a sentence for the operator.</summary>
internal sealed class StorageRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);
