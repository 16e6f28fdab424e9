using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>The tasks that a batch created.</summary>
/// <param name="Tasks">In the order of the request.</param>
internal sealed record BatchResponse(TaskResponse[] Tasks);

/// <summary>Says of a line of a streamed batch why it created nothing.</summary>
/// <param name="Line">The line's number, from 1, blank ones counted.</param>
/// <param name="Problem">The problem, as the call for one task would have answered it.</param>
internal sealed record BatchLineProblem(long Line, ProblemDocument Problem);
