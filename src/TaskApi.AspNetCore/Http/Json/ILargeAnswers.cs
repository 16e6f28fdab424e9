namespace TaskApi.AspNetCore.Http.Json;

/// <summary>Sends bodies that are there as a whole, and too large to be sent in one piece. Thread-safe.</summary>
internal interface ILargeAnswers
{
    /// <summary>What is larger is sent by this, in bytes.</summary>
    const int From = 32 << 10;

    /// <summary>
    /// Answers with a body, however large: it counts as memory of the call until it is sent, which is done as it is read. Where there is no
    /// room for it, who only looks is told so. Who may have changed something, which is done, gets it all the same, in as much room again; beyond that
    /// only if it is taken at once.
    /// </summary>
    /// <param name="context">The call.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="mediaType">What it is.</param>
    /// <param name="body">Its body, which stays as it is until this is over.</param>
    /// <param name="held">How much memory that takes, in bytes.</param>
    Task SendAsync(HttpContext context, int status, string mediaType, ReadOnlyMemory<byte> body, long held);
}
