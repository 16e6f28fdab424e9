using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.Engine.Work;
using TaskApi.Handlers;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>What an answer means for the task.</summary>
internal static class DeliveryAnswer
{
    private const int MaxBody = 64 << 10;

    // As long as a retry may be put off at all.
    private const double MaxRetryAfter = 86_400;

    /// <summary>Reads it.</summary>
    /// <param name="response">The answer, of which the head is there.</param>
    /// <param name="attempt">Whose.</param>
    /// <param name="now">What time it is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async ValueTask<HandlerOutcome> ReadAsync(HttpResponseMessage response, LeasedAttempt attempt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (status is < 200 or > 299)
            return HandlerOutcome.Raised(DeliveryReasons.Status, $"{status} {ReasonPhrases.GetReasonPhrase(status)}".TrimEnd(), retry: status is 408 or 425 or 429 or >= 500, RetryAfter(response.Headers.RetryAfter, now));
        if (response.StatusCode == HttpStatusCode.Accepted && response.Headers.TryGetValues(HttpCall.Lease, out var tokens) && tokens.Contains(attempt.Token.ToString()))
            return HandlerOutcome.Kept;
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBody + 1);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            // One byte more, to see whether there is one.
            var length = await stream.ReadAtLeastAsync(buffer.AsMemory(0, MaxBody + 1), MaxBody + 1, throwOnEndOfStream: false, cancellationToken);
            return HandlerOutcome.Returned(Write(response, buffer.AsMemory(0, Math.Min(length, MaxBody)), length > MaxBody));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static double RetryAfter(RetryConditionHeaderValue? header, DateTimeOffset now) =>
        Math.Clamp((header?.Delta ?? (header?.Date - now))?.TotalSeconds ?? 0, 0, MaxRetryAfter);

    private static ReadOnlyMemory<byte> Write(HttpResponseMessage response, ReadOnlyMemory<byte> body, bool isCut)
    {
        using var result = new MemoryStream(body.Length + 256);
        using (var writer = new Utf8JsonWriter(result, HttpCall.Writing))
        {
            writer.WriteStartObject();
            writer.WriteNumber("status", (int)response.StatusCode);
            writer.WriteStartObject("headers");
            foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
            {
                if (!name.Equals(HttpCall.Lease, StringComparison.OrdinalIgnoreCase))
                    writer.WriteString(name.ToLowerInvariant(), HttpCallMask.IsCredential(name) ? HttpCallMask.Masked : string.Join(", ", values));
            }

            writer.WriteEndObject();
            writer.WritePropertyName("body");
            if (body.IsEmpty)
                writer.WriteNullValue();
            else if (!isCut && IsJson(response.Content.Headers.ContentType) && AnyJsonReader.TryRead(body, out var json))
                writer.WriteRawValue(json.Span, skipInputValidation: true);
            else
                writer.WriteStringValue(EncodingOf(response.Content.Headers.ContentType).GetString(body.Span));
            writer.WriteBoolean("truncated", isCut);
            writer.WriteEndObject();
        }

        return result.ToArray();
    }

    private static bool IsJson(MediaTypeHeaderValue? type) =>
        type?.MediaType is { } media && (media.Equals("application/json", StringComparison.OrdinalIgnoreCase) || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    // Those that every platform has; what it isn't is read with marks for what is no text.
    private static Encoding EncodingOf(MediaTypeHeaderValue? type) =>
        type?.CharSet?.Trim('"').ToUpperInvariant() is "ISO-8859-1" or "LATIN1" ? Encoding.Latin1 : Encoding.UTF8;
}
