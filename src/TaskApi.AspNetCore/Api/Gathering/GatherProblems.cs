using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>The problems of a gather.</summary>
internal static class GatherProblems
{
    /// <summary>A task has not completed, so the gather has no results.</summary>
    /// <param name="failed">The task, and its place in the request.</param>
    public static ProblemResult Failed(FinishedTask failed) =>
        new(ProblemTypes.GatherFailed, $"The task {(failed.Task.State == TaskState.Cancelled ? "was cancelled" : "failed")}; the others go on.")
        {
            Task = failed.Task.ToResponse(),
            Index = failed.Index,
        };
}
