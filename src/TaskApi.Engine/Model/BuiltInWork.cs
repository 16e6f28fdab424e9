namespace TaskApi.Engine.Model;

/// <summary>What holds for work of the types that are the service's own, where nothing else was asked for.</summary>
internal static class BuiltInWork
{
    private static readonly RetryPolicy _http = new() { MaxAttempts = 8, InitialSeconds = 5, Factor = 3, MaxSeconds = 21_600 };

    /// <summary>Whether, and when, work of a type is begun again.</summary>
    public static RetryPolicy RetryOf(string type) => type == WorkTypes.Http ? _http : RetryPolicy.Default;

    /// <summary>The longest that one attempt may take, in seconds; null: any time.</summary>
    public static double? AttemptSecondsOf(string type) => type == WorkTypes.Http ? 3_600 : null;
}
