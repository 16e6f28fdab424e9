using System.Globalization;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Http.Headers;

/// <summary>When it is worth asking for a pending task again (RFC 9110, section 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>Whole seconds until the task is due, rounded up; at least 1.</summary>
    public static int Seconds(TaskSnapshot task, DateTimeOffset now) => (int)Math.Max(1, Math.Ceiling((task.DueAt - now).TotalSeconds));

    /// <summary>The same as the header's value.</summary>
    public static string Header(TaskSnapshot task, DateTimeOffset now) =>
        Seconds(task, now).ToString(CultureInfo.InvariantCulture);
}
