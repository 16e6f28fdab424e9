using System.Net.Sockets;
using System.Security.Authentication;
using TaskApi.Handlers;

namespace TaskApi.AspNetCore.Delivery;

/// <summary>The reasons of errors, and what is said of each: nothing about the network but what the caller has to know.</summary>
internal static class DeliveryReasons
{
    /// <summary>The answer's status says that it went wrong.</summary>
    public const string Status = "http-status";

    /// <summary>There was no answer in time.</summary>
    public const string Timeout = "http-timeout";

    /// <summary>There was no answer, or not the whole of one.</summary>
    public const string Connection = "http-connection";

    /// <summary>The URL may not be called.</summary>
    public const string Refused = "delivery-refused";

    /// <summary>What an exception of a call means; null if it is none of a call.</summary>
    public static HandlerOutcome? Of(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is DeliveryRefusedException)
                return HandlerOutcome.Raised(Refused, "The URL may not be called from here.", retry: false);
        }

        return exception is HttpRequestException or IOException or SocketException or InvalidDataException or AuthenticationException ? HandlerOutcome.Raised(Connection, Detail(exception)) : null;
    }

    private static string Detail(Exception exception) => (exception as HttpRequestException)?.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "The host's name has no address.",
        HttpRequestError.ConnectionError => "No connection could be made.",
        HttpRequestError.SecureConnectionError => "No secure connection could be made.",
        HttpRequestError.ResponseEnded => "The connection was closed before the answer was complete.",
        HttpRequestError.ConfigurationLimitExceeded => "The answer's headers are longer than 32 KiB.",
        HttpRequestError.InvalidResponse => "What was answered is not HTTP.",
        _ => exception is InvalidDataException ? "The answer's body can't be decompressed." : "The connection broke before the answer was complete.",
    };
}
