using System.Globalization;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Http.Headers;

/// <summary>When it is worth asking for a pending task again (RFC 9110, section 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>Whole seconds until the task is due, rounded up; at least 1.</summary>
    public static int Seconds(TaskSnapshot task, TimeProvider timeProvider) =>
        (int)Math.Max(1, Math.Ceiling((task.DueAt - timeProvider.GetUtcNow()).TotalSeconds));

    /// <summary>The same as the header's value.</summary>
    public static string Header(TaskSnapshot task, TimeProvider timeProvider) =>
        Seconds(task, timeProvider).ToString(CultureInfo.InvariantCulture);
}
