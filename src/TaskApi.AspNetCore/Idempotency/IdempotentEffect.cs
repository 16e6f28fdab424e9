using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Idempotency;

/// <summary>
/// The effect of a call with a key that doesn't say by itself what it creates, as <see cref="IdempotentCreation"/> wants it: the answer is kept in the
/// step that has the effect, whether or not the caller is still there. Thread-safe.
/// </summary>
/// <param name="store">Has the effects.</param>
/// <param name="json">How answers are written.</param>
internal sealed class IdempotentEffect(IIdempotencyStore store, IOptions<ApiJsonOptions> json)
{
    /// <summary>Creates a task.</summary>
    public ValueTask<OnceAnswer> CreateAsync<T>(HttpContext context, IdempotencyAttempt attempt, TaskSpec task, Func<TaskSnapshot, T> response, CancellationToken cancellationToken) =>
        NoteAsync(attempt, store.CreateOnceAsync(context.Owner(), attempt.Key, task, created => Accepted(created, response), cancellationToken));

    /// <summary>Runs a task again.</summary>
    public ValueTask<OnceAnswer> RerunAsync<T>(HttpContext context, IdempotencyAttempt attempt, Guid id, Func<TaskSnapshot, T> response, CancellationToken cancellationToken) =>
        NoteAsync(attempt, store.RerunOnceAsync(context.Owner(), attempt.Key, id, created => Accepted(created, response), cancellationToken));

    /// <summary>Runs all tasks again that match.</summary>
    public ValueTask<OnceAnswer> RerunManyAsync<T>(HttpContext context, IdempotencyAttempt attempt, RerunQuery query, Func<long, T> response, CancellationToken cancellationToken) =>
        NoteAsync(attempt, store.RerunManyOnceAsync(context.Owner(), attempt.Key, query, created => Accepted(location: null, response(created)), cancellationToken));

    private static async ValueTask<OnceAnswer> NoteAsync(IdempotencyAttempt attempt, ValueTask<OnceAnswer> effect)
    {
        var once = await effect;
        attempt.IsRepeat = once.IsRepeat;
        if (once.Answer.Status == AnswerStatus.KeysFull)
            attempt.RetryAfter = once.RetryAfter;
        return once;
    }

    private byte[] Accepted<T>(TaskSnapshot task, Func<TaskSnapshot, T> response) => Accepted($"/tasks/{task.Id}", response(task));

    private byte[] Accepted<T>(string? location, T response)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(response, (JsonTypeInfo<T>)json.Value.SerializerOptions.GetTypeInfo(typeof(T)));
        var headers = new List<KeyValuePair<string, StringValues>> { new(HeaderNames.ContentType, JsonResults.MediaType) };
        if (location is not null)
            headers.Add(new(HeaderNames.Location, location));
        return new IdempotentAnswer(StatusCodes.Status202Accepted, headers, body).ToBytes();
    }
}

/// <summary>An answer that is kept with its call.</summary>
internal sealed class KeptAnswer(byte[] kept) : IResult
{
    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext) => IdempotentAnswer.Read(kept).WriteAsync(httpContext);
}
