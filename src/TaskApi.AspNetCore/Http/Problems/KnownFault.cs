namespace TaskApi.AspNetCore.Http.Problems;

/// <summary>
/// A fault with an answer of its own. To be registered by whoever throws it, and has logged it: <see cref="ProblemMiddleware"/> only answers.
/// </summary>
/// <param name="Exception">The exceptions of the fault: this type, and those that inherit from it.</param>
/// <param name="Answer">The problem to answer with.</param>
internal sealed record KnownFault(Type Exception, Func<Exception, ProblemResult> Answer);
