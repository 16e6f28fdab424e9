using System.Net.Mime;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Metadata;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Streaming;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Schedules;

/// <summary>A page of schedules: <see cref="ScheduleListResponse"/>, read and sent some at a time, for each may have a long task.</summary>
internal sealed class ScheduleListAnswer : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult
{
    // Read at once: few, for they may be long, and more as long as they turn out to be short.
    private const int FewAtOnce = 4;
    private const int ManyAtOnce = 256;

    private readonly ISchedules _schedules;
    private readonly DateTimeOffset _now;
    private readonly int _limit;
    private IReadOnlyList<ScheduleState> _found;

    private ScheduleListAnswer(ISchedules schedules, DateTimeOffset now, int limit, IReadOnlyList<ScheduleState> found) =>
        (_schedules, _now, _limit, _found) = (schedules, now, limit, found);

    int? IStatusCodeHttpResult.StatusCode => StatusCodes.Status200OK;

    /// <inheritdoc/>
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(ScheduleListResponse), [MediaTypeNames.Application.Json]));

    /// <summary>Finds the first schedules of the page.</summary>
    /// <param name="context">The call.</param>
    /// <param name="schedules">All schedules.</param>
    /// <param name="now">The time by which their next occurrences are told.</param>
    /// <param name="after">The name after which the page begins.</param>
    /// <param name="limit">How many it may have.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    public static async ValueTask<ScheduleListAnswer> FindAsync(HttpContext context, ISchedules schedules, DateTimeOffset now, string after, int limit, CancellationToken cancellationToken) =>
        new(schedules, now, limit, await schedules.ListAsync(context.Owner(), after, Math.Min(FewAtOnce, limit), cancellationToken));

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var json = new JsonChunks(httpContext, StatusCodes.Status200OK);
        var type = (JsonTypeInfo<ScheduleResponse>)json.Options.GetTypeInfo(typeof(ScheduleResponse));
        json.Writer.WriteStartObject();
        json.Writer.WriteStartArray("schedules"u8);
        var (count, asked, last) = (0, Math.Min(FewAtOnce, _limit), "");
        while (true)
        {
            var before = json.Written;
            foreach (var schedule in _found)
            {
                JsonSerializer.Serialize(json.Writer, schedule.ToResponse(_now), type);
                await json.PauseAsync();
                (count, last) = (count + 1, schedule.Name);
            }

            if (_found.Count < asked || count == _limit)
                break;
            asked = Math.Min(json.Written - before < SendingExtensions.ChunkBytes ? Math.Min(2 * asked, ManyAtOnce) : FewAtOnce, _limit - count);
            _found = [];
            _found = await _schedules.ListAsync(httpContext.Owner(), last, asked, httpContext.RequestAborted);
        }

        json.Writer.WriteEndArray();
        var isMore = count == _limit && (await _schedules.ListAsync(httpContext.Owner(), last, 1, httpContext.RequestAborted)).Count > 0;
        json.Writer.WriteString("nextCursor"u8, isMore ? last : null);
        json.Writer.WriteEndObject();
        await json.EndAsync();
    }
}
