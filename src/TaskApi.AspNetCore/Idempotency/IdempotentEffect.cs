using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Idempotency;

/// <summary>
/// The effect of a call with a key that <see cref="IdempotentCreation"/> can't have, because the storage itself finds out what is to be created. Its
/// answer is kept as soon as there is one, whether or not the caller is still there. Without a key it does nothing. Thread-safe.
/// </summary>
internal sealed class IdempotentEffect(IIdempotencyStore store, IOptions<ApiJsonOptions> json)
{
    /// <summary>Takes the key, before anything is done; null, or why there is none to be had.</summary>
    public async ValueTask<AnswerStatus?> BeginAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (IdempotencyAttempt.Of(context) is not { } attempt)
            return null;
        var answer = await store.CreateOnceAsync(context.Owner(), attempt.Key, [], watch: true, cancellationToken);
        if (answer.Status == AnswerStatus.KeysFull)
            attempt.RetryAfter = answer.RetryAfter;
        return answer.Status == AnswerStatus.Ok ? null : answer.Status;
    }

    /// <summary>Keeps the answer for whoever comes again.</summary>
    public async ValueTask KeepAsync<T>(HttpContext context, int status, string? location, T response)
    {
        if (IdempotencyAttempt.Of(context) is not { } attempt)
            return;
        var body = JsonSerializer.SerializeToUtf8Bytes(response, (JsonTypeInfo<T>)json.Value.SerializerOptions.GetTypeInfo(typeof(T)));
        var headers = new List<KeyValuePair<string, StringValues>> { new(HeaderNames.ContentType, "application/json; charset=utf-8") };
        if (location is not null)
            headers.Add(new(HeaderNames.Location, location));
        await store.KeepAnswerAsync(attempt.Key.Call, new IdempotentAnswer(status, headers, body).ToBytes(), CancellationToken.None);
    }
}
