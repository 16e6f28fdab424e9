using System.Text.Json.Serialization.Metadata;
using TaskApi.Client.Http;

namespace TaskApi.Client.Work;

/// <summary>The calls of one worker. The log says once when the service is lost, and when it is there again. Thread-safe.</summary>
/// <param name="transport">Makes them.</param>
/// <param name="logger">The log.</param>
internal sealed class WorkerLink(Transport transport, ILogger logger)
{
    private readonly Lock _gate = new();
    private string? _complaint;
    private volatile string? _fault;
    private volatile bool _leaves;

    /// <summary>Why the last call went wrong; null if it didn't.</summary>
    public string? Fault => _fault;

    /// <summary>The node that answers is about to stop: the next calls make connections of their own, and another may take them.</summary>
    public void Leave() => _leaves = true;

    /// <summary>One call, which the service may hold for a while.</summary>
    /// <param name="path">Relative to the service.</param>
    /// <param name="body">JSON.</param>
    /// <param name="wait">How long it may be held.</param>
    /// <param name="type">What the answer is.</param>
    /// <param name="cancellationToken">Hangs up.</param>
    public Task<T> PostAsync<T>(string path, byte[] body, TimeSpan wait, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(Call.Post(path, body) with { Wait = wait }, type, cancellationToken);

    /// <summary>One call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="type">What the answer is.</param>
    /// <param name="cancellationToken">Hangs up.</param>
    public async Task<T> SendAsync<T>(Call call, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            call = call with { ClosesConnection = _leaves };
            _leaves = false;
            var answer = await transport.SendAsync(call, type, cancellationToken).ConfigureAwait(false);
            OnAnswer();
            return answer;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            OnFault(exception);
            throw;
        }
    }

    private void OnAnswer()
    {
        _fault = null;
        lock (_gate)
        {
            if (_complaint is null)
                return;
            _complaint = null;
        }

        WorkerLog.ReachableAgain(logger);
    }

    private void OnFault(Exception exception)
    {
        _fault = exception.Message;
        // Busy or stopping, or one of the outcomes is not what it should be: it is there, and says what to do.
        if (exception is TaskApiException { Problem.Status: 400 or 413 or 429 or 503 })
        {
            if (exception is TaskApiException { Problem.Status: 503 })
                Leave();
            return;
        }

        var isRefused = exception is TaskApiException { Problem.Status: < 500 };
        lock (_gate)
        {
            var complaint = isRefused ? exception.Message : "";
            if (_complaint == complaint)
                return;
            _complaint = complaint;
        }

        if (isRefused)
            WorkerLog.Refused(logger, exception.Message);
        else
            WorkerLog.Unreachable(logger, exception.Message);
    }
}
