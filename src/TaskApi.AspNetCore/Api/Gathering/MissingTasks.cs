using Microsoft.AspNetCore.Connections;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>Tasks that are gone when an answer comes to tell of them.</summary>
internal static class MissingTasks
{
    /// <summary>The task; or else the connection is cut: half an answer must not look like a whole one.</summary>
    public static TaskSnapshot OrCut(this TaskSnapshot? task, HttpContext context)
    {
        if (task is not null)
            return task;
        context.Abort();
        throw new ConnectionAbortedException("A task was forgotten before the answer had come to it.");
    }
}
