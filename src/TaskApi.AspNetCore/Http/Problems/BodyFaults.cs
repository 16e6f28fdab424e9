namespace TaskApi.AspNetCore.Http.Problems;

/// <summary>Tells the faults of a body as it arrives from those of the service.</summary>
internal static class BodyFaults
{
    /// <summary>The status to answer with if <paramref name="exception"/> says that what arrives is no body: cut off, too slow, wrongly framed. Else null.</summary>
    public static int? StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        // How Kestrel says that the size of a chunk is beyond all bounds.
        IOException { InnerException: OverflowException } => StatusCodes.Status400BadRequest,
        _ => null,
    };
}
