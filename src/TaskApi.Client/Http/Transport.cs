using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TaskApi.Client.Http;

/// <summary>Makes calls: with a time limit each, again where that does no harm, and with problems as exceptions. Thread-safe.</summary>
internal sealed class Transport(HttpClient http, TaskApiClientOptions options)
{
    // A stream that ended with nothing in it, as when the service stops, isn't asked for again at once.
    private static readonly TimeSpan _breath = TimeSpan.FromMilliseconds(100);

    // Paths are relative to a folder: without the slash the last part of the address would be lost.
    private readonly Uri _service = http.BaseAddress!.AbsolutePath.EndsWith('/') ? http.BaseAddress : new Uri(http.BaseAddress.GetLeftPart(UriPartial.Path) + '/');

    /// <summary>Makes a call, and answers with what the answer holds.</summary>
    public Task<T> SendAsync<T>(Call call, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(call, ReadJsonAsync, type, cancellationToken);

    /// <summary>Makes a call, and answers with what is made of the answer.</summary>
    /// <param name="call">The call.</param>
    /// <param name="read">Reads an answer that is no refusal.</param>
    /// <param name="state">What it needs for that.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<T> SendAsync<T, TState>(Call call, Func<HttpResponseMessage, TState, CancellationToken, Task<T>> read, TState state, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await SendOnceAsync(call, read, state, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (call.IsRepeatable && IsPassing(exception) && attempt < options.Retries)
            {
                await PauseAsync(attempt, exception, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reads a stream, and where it ends or breaks off, the next one.</summary>
    /// <param name="next">The call for it; null when nothing is left to ask for.</param>
    /// <param name="parse">What is in the stream.</param>
    /// <param name="isEndless">True: once there has been a stream it is asked for again however long the service is away; false: as often as any call is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<T> ReadAsync<T>(
        Func<Call?> next, Func<Stream, CancellationToken, IAsyncEnumerable<T>> parse, bool isEndless, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var hasBegun = false;
        for (var failures = 0; next() is { } call;)
        {
            HttpResponseMessage? response = null;
            IAsyncEnumerator<T>? items = null;
            var isEmpty = true;
            try
            {
                while (true)
                {
                    try
                    {
                        if (items is null)
                        {
                            response = await OpenAsync(call, cancellationToken).ConfigureAwait(false);
                            // The service is there: whatever becomes of this stream is not the failure before once more.
                            failures = 0;
                            hasBegun = true;
                            var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                            items = parse(new WatchedStream(content, call.Wait + options.Timeout, options.TimeProvider), cancellationToken).GetAsyncEnumerator(cancellationToken);
                        }

                        if (!await items.MoveNextAsync().ConfigureAwait(false))
                            break;
                    }
                    catch (Exception exception) when (IsPassing(exception) && (failures < options.Retries || (isEndless && hasBegun)))
                    {
                        await PauseAsync(failures++, exception, cancellationToken).ConfigureAwait(false);
                        isEmpty = false;
                        break;
                    }

                    isEmpty = false;
                    yield return items.Current;
                }
            }
            finally
            {
                if (items is not null)
                    await items.DisposeAsync().ConfigureAwait(false);
                response?.Dispose();
            }

            if (isEmpty)
                await Task.Delay(_breath, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the JSON of an answer.</summary>
    public static async Task<T> ReadJsonAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await response.Content.ReadFromJsonAsync(type, cancellationToken).ConfigureAwait(false) ?? throw new JsonException("The answer is null.");

    private async Task<T> SendOnceAsync<T, TState>(Call call, Func<HttpResponseMessage, TState, CancellationToken, Task<T>> read, TState state, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(call.Wait + (call.Patience ?? options.Timeout), options.TimeProvider);
        // Ours, and disposed here: it joins the caller's patience with our own.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var request = call.ToRequest(_service, options.ApiKey);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ended.Token).ConfigureAwait(false);
            await ThrowIfRefusedAsync(response, ended.Token).ConfigureAwait(false);
            return await read(response, state, ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Lost(call, exception);
        }
    }

    // The time limit is for the head of the answer; the stream has its own.
    private async Task<HttpResponseMessage> OpenAsync(Call call, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.Timeout, options.TimeProvider);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        HttpResponseMessage? response = null;
        try
        {
            using var request = call.ToRequest(_service, options.ApiKey);
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ended.Token).ConfigureAwait(false);
            await ThrowIfRefusedAsync(response, ended.Token).ConfigureAwait(false);
            return response;
        }
        catch (Exception exception)
        {
            response?.Dispose();
            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw Lost(call, exception);
            throw;
        }
    }

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
            return;
        // Who gives up just then wants to hear of nothing else.
        cancellationToken.ThrowIfCancellationRequested();
        var problem = new Problem { Title = response.ReasonPhrase };
        if (response.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            try
            {
                problem = await response.Content.ReadFromJsonAsync(ClientJson.Default.Problem, cancellationToken).ConfigureAwait(false) ?? problem;
            }
            catch (JsonException)
            {
                // Another's problem, or half of one: the status tells enough.
            }
        }

        throw TaskApiException.Of(problem with { Status = (int)response.StatusCode }, response.Headers.RetryAfter?.Delta);
    }

    private static TimeoutException Lost(Call call, Exception inner) => new($"The service did not answer {call.Method} {call.Path} in time.", inner);

    /// <summary>True for what a call ends with that may go well the next time.</summary>
    public static bool IsPassing(Exception exception) =>
        exception is HttpRequestException or TimeoutException or IOException or TaskApiException { IsPassing: true };

    private Task PauseAsync(int attempt, Exception exception, CancellationToken cancellationToken)
    {
        // In ticks: of what is repeated without end it becomes too long for a TimeSpan. And there it is never none.
        var ticks = (exception as TaskApiException)?.RetryAfter?.Ticks ?? options.RetryDelay.Ticks * Math.Pow(2, Math.Min(attempt, 100));
        ticks = Math.Min(ticks, options.MaxRetryDelay.Ticks);
        if (attempt >= options.Retries)
            ticks = Math.Max(ticks, _breath.Ticks);
        return Task.Delay(TimeSpan.FromTicks((long)ticks), options.TimeProvider, cancellationToken);
    }
}
