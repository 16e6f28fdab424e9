using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Security;

/// <summary>How many calls a caller may make: see <see cref="LimitOptions.RequestsPerSecond"/>.</summary>
internal static class RateLimits
{
    /// <summary>Gives each caller a bucket of its own, for all calls on tasks; the others are not counted.</summary>
    public static RateLimiterOptions Options(LimitOptions limits, TimeProvider timeProvider)
    {
        var perSecond = limits.RequestsPerSecond;
        var burst = limits.RequestBurst is > 0 and var asked ? asked : perSecond;
        return new()
        {
            GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => context.Request.IsOnTasks()
                ? RateLimitPartition.Get(context.CallerId(), _ => new CallerRate(perSecond, burst, timeProvider))
                : RateLimitPartition.GetNoLimiter("")),
            OnRejected = static (rejected, _) => RefuseAsync(rejected),
        };
    }

    private static ValueTask RefuseAsync(OnRejectedContext rejected)
    {
        var retryAfter = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.Zero;
        var seconds = RetryAfter.Seconds(retryAfter);
        var problem = new ProblemResult(ProblemTypes.RateLimited, string.Create(CultureInfo.InvariantCulture, $"You call more often than you may; try again in {seconds} s.")) { RetryAfterSeconds = seconds };
        return new(problem.ExecuteAsync(rejected.HttpContext));
    }
}
