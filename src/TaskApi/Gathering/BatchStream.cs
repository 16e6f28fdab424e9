using System.IO.Pipelines;
using System.Reflection;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using TaskApi.Engine;
using TaskApi.Web;
using TaskApi.Web.Contracts;
using TaskApi.Web.Problems;
using TaskApi.Web.Streaming;

namespace TaskApi.Gathering;

/// <summary>
/// The answer to a batch that is streamed: reads lines as they arrive and answers them as it goes. It reads no further while
/// the client doesn't read the answers, and answers what it has read whenever there is nothing to read.
/// </summary>
internal sealed class BatchStream(ITaskRegistry registry, TaskWaiter waiter, TimeProvider timeProvider) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult
{
    private const int FlushedFrom = 16 << 10;

    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(TaskResponse), [MediaTypes.NdJson]));

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        LiftLimits(httpContext);
        // Ours, and disposed here: it joins the hang-up with the shutdown.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, waiter.Stopping);
        using var json = new JsonStreamWriter(httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>());
        using var portion = new BatchPortion(httpContext, registry, timeProvider, json);
        var target = httpContext.Response.BodyWriter;
        var lines = new LineReader(BatchPortion.MaxLineLength);
        try
        {
            await CopyAsync(httpContext, lines, portion, ended.Token);
            await target.FlushAsync(httpContext.RequestAborted);
        }
        catch (OperationCanceledException) when (!httpContext.RequestAborted.IsCancellationRequested)
        {
            await RefuseAsync(httpContext, portion, lines.Number + 1);
        }
        catch (BadHttpRequestException) when (httpContext.Response.HasStarted)
        {
            // The body broke off: all that came of it has been answered, and the head can't be taken back.
            httpContext.Abort();
        }
    }

    private static void LiftLimits(HttpContext context)
    {
        // The stream may be of any length, and pause.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }

    // Up to the end of the body, or to the line that the registry refused because the service is shutting down.
    private static async Task CopyAsync(HttpContext context, LineReader lines, BatchPortion portion, CancellationToken ended)
    {
        var source = context.Request.BodyReader;
        var target = context.Response.BodyWriter;
        ReadResult read;
        bool goesOn;
        do
        {
            var reading = source.ReadAsync(ended);
            if (!reading.IsCompleted)
                await FlushAsync(context, ended);
            read = await reading;
            if (!context.Response.HasStarted)
                await FlushAsync(context, ended);

            var buffer = read.Buffer;
            goesOn = true;
            while (goesOn && lines.TryRead(ref buffer, read.IsCompleted, out var line))
            {
                portion.Add(lines.Number, line);
                if (!portion.IsFull)
                    continue;
                goesOn = await portion.CompleteAsync(target, context.RequestAborted);
                await FlushAsync(context, ended);
            }

            goesOn = goesOn && await portion.CompleteAsync(target, context.RequestAborted);
            source.AdvanceTo(buffer.Start, buffer.End);
            // A registry slower than the input leaves it no pause.
            if (target.UnflushedBytes >= FlushedFrom)
                await FlushAsync(context, ended);
        }
        while (goesOn && !read.IsCompleted);
    }

    private static async ValueTask FlushAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Response.HasStarted)
            await context.Response.BodyWriter.FlushAsync(cancellationToken);
        else
            await StreamedResponse.StartAsync(context, MediaTypes.NdJson, cancellationToken);
    }

    // The service is shutting down, and reads no further.
    private static async Task RefuseAsync(HttpContext context, BatchPortion portion, long line)
    {
        if (!context.Response.HasStarted)
        {
            await RegistryProblems.ShuttingDown().ExecuteAsync(context);
            return;
        }

        portion.WriteProblem(context.Response.BodyWriter, line, RegistryProblems.ShuttingDown());
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
