using System.Text;
using TaskApi.Engine.Model;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>Tasks as a storage has them, for tests without one.</summary>
internal static class FakeTask
{
    /// <summary>One with work.</summary>
    public static TaskSnapshot Of(
        TaskState state, string type, string? input = null, string? result = null, int attempt = 1, string? traceParent = null, DateTimeOffset? finishedAt = null, params Guid[] after) => new()
        {
            Id = Guid.CreateVersion7(),
            Owner = "somebody",
            Name = null,
            Group = null,
            Message = "",
            DelaySeconds = 0,
            State = state,
            CreatedAt = default,
            DueAt = default,
            FinishedAt = finishedAt,
            Result = null,
            Error = null,
            Version = 1,
            Work = new WorkSnapshot
            {
                Type = type,
                Input = input is null ? default : Encoding.UTF8.GetBytes(input),
                Result = result is null ? null : Encoding.UTF8.GetBytes(result),
                Queue = type,
                Priority = 0,
                Key = null,
                Attempt = attempt,
                Retry = RetryPolicy.Default,
                AttemptSeconds = null,
                StartedAt = null,
                Worker = null,
                Progress = null,
                CancelRequest = null,
                Parent = null,
                TraceParent = traceParent,
                After = after.Length == 0 ? null : new WorkAfter(after, AfterRule.Success),
            },
        };
}
