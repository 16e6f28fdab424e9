namespace TaskApi.AspNetCore.Http.Problems;

/// <summary>The problems of the protocol: any call may meet them, whatever it is about.</summary>
internal static class ProblemTypes
{
    public static readonly ProblemType InvalidRequest = new("invalid-request", "The request is not valid.", StatusCodes.Status400BadRequest);
    public static readonly ProblemType Unauthorized = new("unauthorized", "The call needs a valid API key.", StatusCodes.Status401Unauthorized);
    public static readonly ProblemType ReadOnly = new("read-only", "The call would change something.", StatusCodes.Status403Forbidden);
    public static readonly ProblemType CrossOrigin = new("cross-origin", "The call would change something for a page of another origin.", StatusCodes.Status403Forbidden);
    public static readonly ProblemType NotFound = new("not-found", "There is nothing here.", StatusCodes.Status404NotFound);
    public static readonly ProblemType MethodNotAllowed = new("method-not-allowed", "The method is not allowed here.", StatusCodes.Status405MethodNotAllowed);
    public static readonly ProblemType NotAcceptable = new("not-acceptable", "The answer has no form that you accept.", StatusCodes.Status406NotAcceptable);
    public static readonly ProblemType RequestTimeout = new("request-timeout", "The request took too long to arrive.", StatusCodes.Status408RequestTimeout);
    public static readonly ProblemType ContentTooLarge = new("content-too-large", "The request body is too large.", StatusCodes.Status413PayloadTooLarge);
    public static readonly ProblemType UnsupportedMediaType = new("unsupported-media-type", "The request body is of a media type that is not understood here.", StatusCodes.Status415UnsupportedMediaType);
    public static readonly ProblemType RateLimited = new("rate-limited", "You ask for more than one caller may.", StatusCodes.Status429TooManyRequests);
    public static readonly ProblemType InternalError = new("internal-error", "Something went wrong in the service.", StatusCodes.Status500InternalServerError);
    public static readonly ProblemType CapacityReached = new("capacity-reached", "The service holds as much as it can.", StatusCodes.Status503ServiceUnavailable);
    public static readonly ProblemType ShuttingDown = new("shutting-down", "The service is shutting down.", StatusCodes.Status503ServiceUnavailable);

    /// <summary>What a bare <paramref name="status"/>, set by the server or the routing, means: the problem and a sentence about it.</summary>
    public static (ProblemType Type, string Detail) ForStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => (NotFound, "No route of this service matches the path."),
        StatusCodes.Status405MethodNotAllowed => (MethodNotAllowed, "The path exists, but not for this method; the Allow header lists those it has."),
        StatusCodes.Status408RequestTimeout => (RequestTimeout, "The request did not arrive in time."),
        StatusCodes.Status413PayloadTooLarge => (ContentTooLarge, "The request body is larger than this call allows."),
        StatusCodes.Status415UnsupportedMediaType => (UnsupportedMediaType, "This call does not take a body of this Content-Type."),
        >= StatusCodes.Status500InternalServerError => (InternalError, "The fault has been logged under the traceId."),
        _ => (InvalidRequest, "The request could not be understood."),
    };
}
