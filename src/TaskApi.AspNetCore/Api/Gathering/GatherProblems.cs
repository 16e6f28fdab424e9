using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>The problems of a gather.</summary>
internal static class GatherProblems
{
    /// <summary>A task has not completed, so the gather has no results.</summary>
    /// <param name="index">The task's place in the request.</param>
    /// <param name="task">The task.</param>
    public static ProblemResult Failed(int index, TaskSnapshot task) =>
        new(TaskProblemTypes.GatherFailed, $"The task {(task.State == TaskState.Cancelled ? "was cancelled" : "failed")}; the others go on.")
        {
            Members = new ProblemMembers { Task = task.ToResponse(), Index = index }.Named(),
        };

    /// <summary>Tasks have been forgotten before anybody here learned how they ended, or before the answer told of them.</summary>
    public static ProblemResult Gone(IReadOnlyList<Guid> ids) =>
        new(TaskProblemTypes.TaskNotFound, "Some of the tasks have finished and been forgotten; how they ended is not known any more.") { Members = new ProblemMembers { Ids = ids.Select(static id => id.ToString()).ToArray() }.Named() };
}
