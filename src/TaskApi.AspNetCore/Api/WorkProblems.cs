using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api;

/// <summary>The problems of outcomes. They stand in the place of what would have become of one; the call as a whole succeeds.</summary>
internal static class WorkProblems
{
    public static readonly ProblemType LeaseLostType = new("lease-lost", "The lease is over.", StatusCodes.Status409Conflict);
    public static readonly ProblemType ResultTooLargeType = new("result-too-large", "The result is too large.", StatusCodes.Status413PayloadTooLarge);

    /// <summary>The attempt isn't the worker's any more, or never was.</summary>
    public static ProblemResult LeaseLost() =>
        new(LeaseLostType, "This token is not, or not any more, good for an attempt: the lease has expired, the task was given up, or another outcome was taken with it. Nothing has changed.");

    /// <summary>The result is larger than one may be.</summary>
    public static ProblemResult ResultTooLarge() =>
        new(ResultTooLargeType, "The result is larger than Work:MaxResultBytes allows. The lease stays: finish with a smaller one, or with an error.");

    /// <summary>The problem for one other than <see cref="FinishProblem.None"/>.</summary>
    public static ProblemResult Of(FinishProblem problem) => problem == FinishProblem.ResultTooLarge ? ResultTooLarge() : LeaseLost();
}
