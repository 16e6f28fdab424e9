using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Api.Tasks;
using TaskApi.Engine.Model;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

/// <summary>A delayed message can't fail by itself, so these answers are asked for directly.</summary>
public sealed class FailedTaskTests
{
    private static readonly TaskSnapshot _failed = new()
    {
        Id = Guid.CreateVersion7(DateTimeOffset.UnixEpoch),
        Owner = "",
        Name = null,
        Group = null,
        Message = "Hei",
        DelaySeconds = 1,
        State = TaskState.Failed,
        CreatedAt = DateTimeOffset.UnixEpoch,
        DueAt = DateTimeOffset.UnixEpoch,
        FinishedAt = DateTimeOffset.UnixEpoch,
        Result = null,
        Error = new TaskError("InvalidOperationException", "It broke."),
        Version = 0,
    };

    [Fact]
    public void Result_Failed_IsAFailedDependencyWithTheError()
    {
        var problem = TaskProblems.WithoutResult(_failed, new ManualTimeProvider().GetUtcNow());

        Assert.Equal(("task-failed", 424), (problem.Type.Name, problem.Type.Status));
        Assert.Equal(new TaskErrorResponse("InvalidOperationException", "It broke."), problem.Members!["error"]);
    }

    [Fact]
    public void Change_Failed_IsAConflict() =>
        Assert.Equal(("task-already-finished", 409), (TaskProblems.AlreadyFinished(_failed).Type.Name, TaskProblems.AlreadyFinished(_failed).Type.Status));
}
