using System.Net.Mime;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using TaskApi.Engine.Completions;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>The tasks that a batch created, as they were then: <see cref="BatchResponse"/>, sent in chunks. Their texts are the body's, and count as it does.</summary>
internal sealed class BatchAnswer(WatchedTask[] tasks) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult
{
    /// <summary>What a task of a batch takes beside its texts, from the body to the answer.</summary>
    public const int BytesPerTask = 512;

    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status202Accepted;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status202Accepted, typeof(BatchResponse), [MediaTypeNames.Application.Json]));

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var json = new JsonChunks(httpContext, StatusCodes.Status202Accepted);
        json.Writer.WriteStartObject();
        json.Writer.WriteStartArray("tasks"u8);
        for (var i = 0; i < tasks.Length; i++)
        {
            json.WriteCreated(tasks[i].Task);
            tasks[i] = default;
            await json.PauseAsync();
        }

        json.Writer.WriteEndArray();
        json.Writer.WriteEndObject();
        await json.EndAsync();
    }
}
