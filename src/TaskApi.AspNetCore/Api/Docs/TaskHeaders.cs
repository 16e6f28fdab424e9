using TaskApi.AspNetCore.Http.OpenApi;

namespace TaskApi.AspNetCore.Api.Docs;

/// <summary>The headers of answers that tell of tasks.</summary>
internal static class TaskHeaders
{
    public static readonly ApiHeader Location = new("Location", "Where the task is, relative to this host.", ExampleTasks.Path);
    public static readonly ApiHeader ETag = new("ETag", "Changes whenever the task does or, of a schedule, what was asked for; for `If-None-Match` and `If-Match`.", "\"0-pending\"");
    public static readonly ApiHeader Link = new("Link", "The next page, with the same filters; absent on the last (RFC 8288).", $"</tasks?limit=2&cursor={ExampleTasks.Cursor}>; rel=\"next\"");
}
