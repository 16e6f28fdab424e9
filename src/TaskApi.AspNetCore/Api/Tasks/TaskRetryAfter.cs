using System.Globalization;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>When it is worth asking for a task again that isn't done.</summary>
internal static class TaskRetryAfter
{
    /// <summary>Whole seconds until the task is due, rounded up; at least 1. One that runs, or waits for others, may change at any time: 1.</summary>
    public static int RetrySeconds(TaskSnapshot task, DateTimeOffset now) => task.State == TaskState.Running || task.DueAt == WorkAfter.NotDue ? 1 : RetryAfter.Seconds(task.DueAt - now);

    /// <summary>The same as the value of <c>Retry-After</c>.</summary>
    public static string RetryAfterHeader(TaskSnapshot task, DateTimeOffset now) =>
        RetrySeconds(task, now).ToString(CultureInfo.InvariantCulture);
}
