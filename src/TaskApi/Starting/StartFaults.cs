using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Starting;

/// <summary>What keeps the service from starting, said to whoever starts it: in sentences that name the setting, without a stack trace.</summary>
internal static class StartFaults
{
    /// <summary>The fault in one line; null for one that no setting can be to blame for.</summary>
    public static string? Describe(Exception exception) => exception switch
    {
        AggregateException several when several.InnerExceptions.All(static inner => inner is OptionsValidationException) => string.Join(' ', several.InnerExceptions.Select(Describe)),
        OptionsValidationException wrong => string.Join(' ', wrong.Failures),
        StorageRefusedException => OneLine(exception.Message),
        IOException { InnerException: AddressInUseException } => $"{OneLine(exception.Message)} To choose another one: --urls http://localhost:5081, or ASPNETCORE_URLS in the environment.",
        SocketException => $"Urls: it can't listen there: {OneLine(exception.Message)}.",
        IOException or InvalidDataException or FormatException or InvalidOperationException or ArgumentException
            or UnauthorizedAccessException or CryptographicException or TargetInvocationException => Message(exception),
        _ => null,
    };

    // The outermost says what was tried, and the innermost what was wrong.
    private static string Message(Exception exception)
    {
        var (outermost, innermost) = (OneLine(exception.Message), OneLine(exception.GetBaseException().Message));
        return outermost.Contains(innermost, StringComparison.Ordinal) ? outermost : $"{outermost} {innermost}";
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}
