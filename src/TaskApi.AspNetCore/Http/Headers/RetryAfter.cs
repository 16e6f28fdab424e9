namespace TaskApi.AspNetCore.Http.Headers;

/// <summary>When it is worth asking again (RFC 9110, section 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>A time in whole seconds, rounded up; at least 1.</summary>
    public static int Seconds(TimeSpan time) => (int)Math.Max(1, Math.Ceiling(time.TotalSeconds));
}
