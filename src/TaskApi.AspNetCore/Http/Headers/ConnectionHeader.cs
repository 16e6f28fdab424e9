namespace TaskApi.AspNetCore.Http.Headers;

/// <summary>What an answer says of the connection that it goes over (RFC 9110, section 7.6.1).</summary>
internal static class ConnectionHeader
{
    /// <summary>Has the connection closed after this answer, for what follows on it can't be told from the rest of this request. HTTP/2 has no need of that.</summary>
    public static void CloseConnection(this HttpContext context)
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
            context.Response.Headers.Connection = "close";
    }
}
