using System.Net.Mime;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Streaming;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Work;

/// <summary>The tasks that a worker has got: <see cref="AcquireResponse"/>, sent in chunks. If it can't be sent as a whole, they go back as if they had never been started.</summary>
/// <param name="work">Where they go back to.</param>
/// <param name="queries">Finds those that they have waited for.</param>
/// <param name="spans">Is told of them.</param>
/// <param name="tasks">The tasks.</param>
/// <param name="outcomes">What became of the outcomes that came with the call.</param>
internal sealed class AcquiredWork(IWorkSource work, ITaskQueries queries, WorkerSpans spans, LeasedTask[] tasks, TakenOutcomes outcomes) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult
{
    private static readonly JsonEncodedText _traceparent = JsonEncodedText.Encode("traceparent");

    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(AcquireResponse), [MediaTypeNames.Application.Json]));

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var isSent = false;
        try
        {
            httpContext.ThrowIfGone();
            spans.OnAcquired(tasks);
            await SendAsync(httpContext);
            isSent = true;
        }
        finally
        {
            if (!isSent && tasks.Length > 0)
                await ReturnAsync(httpContext);
        }
    }

    private async Task SendAsync(HttpContext context)
    {
        using var json = new JsonChunks(context, StatusCodes.Status200OK);
        json.Writer.WriteStartObject();
        json.Writer.WriteStartArray("tasks"u8);
        foreach (var leased in tasks)
        {
            Begin(json.Writer, leased);
            if (leased.Task.Work?.After is { } after)
                await ParentsJson.WriteAsync(json, queries, context.Owner(), after, context.RequestAborted);
            json.Writer.WriteEndObject();
            await json.PauseAsync();
        }

        json.Writer.WriteEndArray();
        await FinishedWork.WriteAsync(context, json, outcomes);
        json.Writer.WriteEndObject();
        await json.EndAsync();
        if (tasks.Length == 0)
            return;
        // The answer has no end yet, so nobody can go by it. What a client sends back that is gone is given the time to arrive: a turn of the thread pool,
        // in which the server sends what has been written. What comes later nobody can know of, but by the lease.
        await Task.Yield();
        context.ThrowIfGone();
    }

    private async Task ReturnAsync(HttpContext context)
    {
        spans.OnReturned(tasks);
        await work.ReturnAsync(context.Owner(), Array.ConvertAll(tasks, static leased => leased.Token));
    }

    private static void Begin(Utf8JsonWriter writer, in LeasedTask leased)
    {
        writer.WriteStartObject();
        TaskResponseConverter.WriteMembers(writer, leased.Task.ToResponse());
        WorkJson.WriteLease(writer, leased.Token.ToString(), leased.ExpiresAt);
        if (leased.Task.Work?.TraceParent is { } trace)
            writer.WriteString(_traceparent, trace);
    }
}
