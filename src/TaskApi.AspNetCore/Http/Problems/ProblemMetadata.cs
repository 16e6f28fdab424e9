using Microsoft.AspNetCore.Http.Metadata;

namespace TaskApi.AspNetCore.Http.Problems;

/// <summary>Says that a route may answer with a problem; the API description is made from it.</summary>
internal sealed class ProblemMetadata(ProblemType problem) : IProducesResponseTypeMetadata
{
    /// <summary>The problem.</summary>
    public ProblemType Problem => problem;

    Type? IProducesResponseTypeMetadata.Type => typeof(ProblemDocument);

    int IProducesResponseTypeMetadata.StatusCode => problem.Status;

    IEnumerable<string> IProducesResponseTypeMetadata.ContentTypes { get; } = [ProblemResult.MediaType];
}

internal static class ProblemRouteExtensions
{
    /// <summary>Documents the problems that a route, or every route of a group, may answer with.</summary>
    public static TBuilder WithProblems<TBuilder>(this TBuilder builder, params ProblemType[] problems)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var problem in problems)
            builder.WithMetadata(new ProblemMetadata(problem));
        return builder;
    }
}
