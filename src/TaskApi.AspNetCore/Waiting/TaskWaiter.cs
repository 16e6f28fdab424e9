using System.Globalization;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Routing;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Measuring;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Waiting;

/// <summary>How long a call asked to wait.</summary>
/// <param name="Time">The time granted: at most <see cref="TaskOptions.MaxWaitSeconds"/>.</param>
/// <param name="PreferenceApplied">The value of the <c>Preference-Applied</c> header, or null if the wait comes from the query.</param>
internal readonly record struct RequestedWait(TimeSpan Time, string? PreferenceApplied)
{
    /// <summary>Tells the client, if it asked by <c>Prefer</c>, which wait it got.</summary>
    public void Confirm(HttpResponse response)
    {
        if (PreferenceApplied is not null)
            response.Headers["Preference-Applied"] = PreferenceApplied;
    }
}

/// <summary>How a wait ended.</summary>
internal enum WaitEnd
{
    /// <summary>What was awaited is there.</summary>
    Finished,

    /// <summary>The time ran out first.</summary>
    TimedOut,

    /// <summary>The service is stopping; the answer is <c>503</c>.</summary>
    ShuttingDown,

    /// <summary>The caller has hung up; thrown, never returned.</summary>
    HungUp,
}

/// <summary>
/// The waits of all calls: which wait a request asks for, and the waiting itself, which ends by completion, time, hang-up or
/// shutdown, whichever comes first. Thread-safe.
/// </summary>
/// <param name="options">How long one may wait.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="lifetime">Says when the service stops.</param>
/// <param name="measurements">Where waits are recorded.</param>
internal sealed class TaskWaiter(IOptions<TaskOptions> options, TimeProvider timeProvider, IHostApplicationLifetime lifetime, Measurements measurements)
{
    private const string EndLabel = "taskapi.wait.end";

    private static readonly TimeSpan _telling = TimeSpan.FromSeconds(1);

    // A timer can't be set for more than some 49 days: a longer wait, as programs may ask for, is made of several.
    private static readonly TimeSpan _longestTimer = TimeSpan.FromDays(49);

    private static readonly string[] _ends = ["finished", "timed_out", "shutting_down", "hung_up"];

    /// <summary>The query parameter, and the field of the calls that take a body: seconds from 0, fractions allowed.</summary>
    public const string WaitSeconds = "waitSeconds";

    /// <summary>How <see cref="Read(HttpRequest, FieldErrors)"/> finds a wait in the query.</summary>
    public static readonly ApiParameter InQuery = new(WaitSeconds, "Wait up to this many seconds for the task to finish; fractions are allowed. Longer waits are cut to the most the service allows (300 s by default). Without this or `Prefer: wait` the call answers at once.")
    {
        Type = typeof(double),
        Minimum = 0,
    };

    /// <summary>How <see cref="Read(HttpRequest, FieldErrors)"/> finds a wait in the headers.</summary>
    public static readonly ApiParameter PreferWait = new("Prefer", "`wait=N` waits like `waitSeconds=N`, which wins if both are given; N is a whole number of seconds (RFC 7240). `Preference-Applied` says which wait was granted.")
    {
        InHeader = true,
        Confirmation = new("Preference-Applied", "The wait that was granted, if it was asked for by `Prefer: wait`.", "wait=10"),
    };

    /// <summary>The most that a call may wait: what an absent <c>waitSeconds</c> means to gather, wait and as-completed.</summary>
    public TimeSpan MaxWait { get; } = TimeSpan.FromSeconds(options.Value.MaxWaitSeconds);

    /// <summary>Cancelled when the service begins to stop: every wait and stream ends then.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>The wait that <paramref name="request"/> asks for by <c>waitSeconds</c> or, failing that, by <c>Prefer: wait</c>; null for none.</summary>
    public RequestedWait? Read(HttpRequest request, FieldErrors errors)
    {
        if (request.QueryField(WaitSeconds) is { } text)
        {
            const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
            var seconds = double.TryParse(text, Style, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
            return Clamp(seconds, FieldPath.Root, errors) is { } time ? new(time, null) : null;
        }

        if (!Preferences.TryGetWait(request.Headers["Prefer"], out var preferred))
            return null;
        var applied = Math.Min(preferred, options.Value.MaxWaitSeconds);
        return new(TimeSpan.FromSeconds(applied), string.Create(CultureInfo.InvariantCulture, $"wait={applied}"));
    }

    /// <summary>Checks a <c>waitSeconds</c> and cuts it to what is allowed; null, with an error noted, if it isn't a number from 0.</summary>
    public TimeSpan? Clamp(double seconds, FieldPath path, FieldErrors errors)
    {
        if (double.IsFinite(seconds) && seconds >= 0)
            return TimeSpan.FromSeconds(Math.Min(seconds, options.Value.MaxWaitSeconds));
        errors.Add(path, WaitSeconds, "must be a number of seconds, 0 or more.");
        return null;
    }

    /// <summary>The wait that a body asks for: the most allowed, if it doesn't say.</summary>
    public TimeSpan Read(double? seconds, FieldErrors errors) =>
        seconds is { } asked ? Clamp(asked, FieldPath.Root, errors) ?? TimeSpan.Zero : MaxWait;

    /// <summary>
    /// How tasks ended that aren't there any more: as those who wait for them are told in a moment. If they are not, the wait ends all the
    /// same: the task has then failed, with reason <see cref="TaskError.Forgotten"/>.
    /// </summary>
    /// <param name="gone">The completion of each, and the task as it was seen last; null if it wasn't noted.</param>
    /// <exception cref="StorageUnavailableException">Nothing is known of a task at all.</exception>
    public async ValueTask<TaskSnapshot[]> FindOutAsync(params (TaskCompletion Completion, TaskSnapshot? Seen)[] gone)
    {
        // Real time, since nothing else has to happen meanwhile.
        Task told = Task.WhenAll(Array.ConvertAll(gone, static one => one.Completion.Task));
        await told.WaitAsync(_telling, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var ended = new TaskSnapshot[gone.Length];
        for (var i = 0; i < ended.Length; i++)
        {
            var (completion, seen) = gone[i];
            ended[i] = completion.Task.IsCompleted
                ? await completion.Task
                : (completion.Seen ?? seen)?.Fail(TaskErrors.HasBeenForgotten, timeProvider.GetUtcNow()) ?? throw new StorageUnavailableException("The task is not to be found.");
        }

        return ended;
    }

    /// <summary>Waits for <paramref name="work"/>, which is left to go on when the wait ends first.</summary>
    /// <param name="work">Must not fault.</param>
    /// <param name="time">From 0; or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    /// <exception cref="OperationCanceledException">The caller hung up: there is nobody to answer.</exception>
    public async Task<WaitEnd> WaitAsync(Task work, TimeSpan time, CancellationToken cancellationToken)
    {
        if (work.IsCompleted)
            return WaitEnd.Finished;

        var began = measurements.Wait is { Enabled: true } ? timeProvider.GetTimestamp() : 0;
        // Ours, and disposed here: it joins the hang-up with the shutdown for the length of this wait.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Stopping);
        for (var left = time; ; left -= _longestTimer)
        {
            await work.WaitAsync(left < _longestTimer ? left : _longestTimer, timeProvider, ended.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (left <= _longestTimer || work.IsCompleted || ended.IsCancellationRequested)
                break;
        }

        var end = work.IsCompleted ? WaitEnd.Finished
            : cancellationToken.IsCancellationRequested ? WaitEnd.HungUp
            : Stopping.IsCancellationRequested ? WaitEnd.ShuttingDown : WaitEnd.TimedOut;
        if (began != 0)
            measurements.Wait?.Record(timeProvider.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>(EndLabel, _ends[(int)end]));
        return end != WaitEnd.HungUp ? end : throw new OperationCanceledException(cancellationToken);
    }
}
