namespace TaskApi.Storage.Rows;

/// <summary>
/// A worker's sign of life, by which the leases of what it runs go: one small row however many these are. Handlers in a process have one for all of them.
/// </summary>
/// <param name="Id">What the attempts that go by it refer to.</param>
/// <param name="Owner">The number of the worker's owner; null for the handlers of a process.</param>
/// <param name="Worker">The worker, or the process.</param>
/// <param name="Until">When the leases end, on the retention clock.</param>
/// <param name="LeaseMs">How long they were asked for, in milliseconds; null for handlers.</param>
internal sealed record BeatRow(long Id, int? Owner, string Worker, long Until, long? LeaseMs);
