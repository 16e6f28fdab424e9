using System.Net.Mime;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Metadata;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Api.Work;

/// <summary>What became of outcomes: <see cref="FinishResponse"/>, sent in chunks.</summary>
internal sealed class FinishedWork(TakenOutcomes taken) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult
{
    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(FinishResponse), [MediaTypeNames.Application.Json]));

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var json = new JsonChunks(httpContext, StatusCodes.Status200OK);
        json.Writer.WriteStartObject();
        await WriteAsync(httpContext, json, taken);
        json.Writer.WriteEndObject();
        await json.EndAsync();
    }

    /// <summary>Writes them as the member <c>outcomes</c>.</summary>
    public static async ValueTask WriteAsync(HttpContext context, JsonChunks json, TakenOutcomes taken)
    {
        var problem = (JsonTypeInfo<ProblemDocument>)json.Options.GetTypeInfo(typeof(ProblemDocument));
        json.Writer.WriteStartArray("outcomes"u8);
        for (var i = 0; i < taken.Answers.Length; i++)
        {
            OutcomeJson.Write(json.Writer, context, taken.Tokens[i], taken.Answers[i], problem);
            await json.PauseAsync();
        }

        json.Writer.WriteEndArray();
    }
}
