namespace TaskApi.Storage.GroupCommit;

/// <summary>What a search has found.</summary>
/// <param name="Tasks">The first of those that match.</param>
/// <param name="End">The number of the last task looked at, if fewer than asked for were found there and there may be more beyond.</param>
internal readonly record struct SearchResult<T>(List<T> Tasks, long? End);
