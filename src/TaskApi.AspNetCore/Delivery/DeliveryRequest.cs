using System.Diagnostics;
using System.Globalization;
using TaskApi.Engine.Work;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>Makes the request of an attempt. Thread-safe.</summary>
/// <param name="secrets">Sign it.</param>
/// <param name="timeProvider">Says when it is sent.</param>
internal sealed class DeliveryRequest(WebhookSecrets secrets, TimeProvider timeProvider)
{
    /// <summary>The request.</summary>
    public HttpRequestMessage Make(HttpCall call, LeasedAttempt attempt)
    {
        var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Url);
        var body = call.Event is { } sent ? sent.Write(attempt.Id, attempt.Parent) : call.Body;
        if (call.ContentType is not null)
            request.Content = new ReadOnlyMemoryContent(body);
        foreach (var (name, value) in call.Headers) Add(request, name, value);
        // Looked for by their names: a value that .NET can't read is sent as it was given.
        if (request.Content is { } content && !content.Headers.Contains("Content-Type"))
            content.Headers.TryAddWithoutValidation("Content-Type", call.ContentType);
        if (!request.Headers.Contains("User-Agent"))
            request.Headers.TryAddWithoutValidation("User-Agent", "TaskApi");
        if (!request.Headers.Contains("traceparent") && (Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current.Id : attempt.TraceParent) is { } trace)
            request.Headers.TryAddWithoutValidation("traceparent", trace);
        request.Headers.TryAddWithoutValidation(HttpCall.Lease, attempt.Token.ToString());
        Sign(request, call.Sign, body, attempt);
        return request;
    }

    private void Sign(HttpRequestMessage request, bool sign, ReadOnlyMemory<byte> body, LeasedAttempt attempt)
    {
        var (id, timestamp) = (attempt.Id.ToString(), timeProvider.GetUtcNow().ToUnixTimeSeconds());
        request.Headers.TryAddWithoutValidation("webhook-id", id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (sign && secrets.Of(attempt.Owner) is { Count: > 0 } own)
            request.Headers.TryAddWithoutValidation("webhook-signature", WebhookSignature.Sign(own, id, timestamp, body.Span));
    }

    // What HTTP has of the body goes with the body; without one, it means nothing.
    private static void Add(HttpRequestMessage request, string name, string value)
    {
        if (!request.Headers.TryAddWithoutValidation(name, value))
            request.Content?.Headers.TryAddWithoutValidation(name, value);
    }
}
