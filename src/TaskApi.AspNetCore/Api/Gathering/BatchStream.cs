using System.IO.Pipelines;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Streaming;
using TaskApi.AspNetCore.Waiting;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>
/// The answer to a batch that is streamed: reads lines as they arrive and answers them as it goes. It reads no further while
/// the client doesn't read the answers, and answers what it has read whenever there is nothing to read.
/// </summary>
internal sealed class BatchStream(ITaskCommands commands, CreationContextFactory contexts, TaskWaiter waiter) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult
{
    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(TaskResponse), [MediaTypes.NdJson]));

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        // The stream may pause.
        if (httpContext.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        // Ours, and disposed here: it joins the hang-up with the shutdown.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, waiter.Stopping);
        using var json = new JsonStreamWriter(httpContext.RequestServices.GetRequiredService<IOptions<ApiJsonOptions>>());
        using var chunk = new BatchChunk(httpContext, commands, contexts, json);
        var lines = new LineReader(BatchChunk.MaxLineLength);
        try
        {
            await CopyAsync(httpContext, lines, chunk, ended.Token);
        }
        catch (OperationCanceledException) when (!httpContext.RequestAborted.IsCancellationRequested)
        {
            await RefuseAsync(httpContext, chunk, lines);
        }
        catch (Exception exception) when (httpContext.Response.HasStarted && BodyFaults.StatusOf(exception) is not null)
        {
            // The body broke off, and the head, which said that all was well, can't be taken back.
            httpContext.Abort();
        }
    }

    // Up to the end of the body, or to the line that the storage refused because the service is shutting down.
    private static async Task CopyAsync(HttpContext context, LineReader lines, BatchChunk chunk, CancellationToken ended)
    {
        var source = context.Request.BodyReader;
        var goesOn = true;
        ReadResult read;
        do
        {
            var reading = source.ReadAsync(ended);
            if (!reading.IsCompleted)
            {
                // The input pauses.
                goesOn = await AnswerAsync(context, chunk);
                if (!goesOn)
                    source.CancelPendingRead();
            }

            read = await reading;
            var buffer = read.Buffer;
            while (goesOn && lines.TryRead(ref buffer, read.IsCompleted, out var line))
            {
                chunk.Add(lines.Number, line);
                if (chunk.IsFull)
                    goesOn = await AnswerAsync(context, chunk);
            }

            source.AdvanceTo(buffer.Start, buffer.End);
        }
        while (goesOn && !read.IsCompleted);
        if (goesOn)
            await AnswerAsync(context, chunk);
    }

    // False if the service is shutting down.
    private static async ValueTask<bool> AnswerAsync(HttpContext context, BatchChunk chunk)
    {
        if (!context.Response.HasStarted)
            await StreamedResponse.StartAsync(context, MediaTypes.NdJson, context.RequestAborted);
        var goesOn = await chunk.CompleteAsync(context.Response.BodyWriter, context.RequestAborted);
        await context.SendAsync(context.RequestAborted);
        return goesOn;
    }

    // The service is shutting down, and reads no further.
    private static async Task RefuseAsync(HttpContext context, BatchChunk chunk, LineReader lines)
    {
        if (!context.Response.HasStarted)
        {
            await Stopping.Problem().ExecuteAsync(context);
            return;
        }

        chunk.WriteProblem(context.Response.BodyWriter, chunk.FirstLine ?? lines.Number + 1, Stopping.Problem());
        await context.SendAsync(context.RequestAborted);
    }
}
