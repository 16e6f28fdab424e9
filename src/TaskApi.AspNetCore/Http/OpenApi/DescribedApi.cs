using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.OpenApi;

/// <summary>What the description can't tell from the routes and the protocol: whoever has the API described says it.</summary>
internal sealed class DescribedApi
{
    /// <summary>Title, version, licence and overview.</summary>
    public required OpenApiInfo Info { get; init; }

    /// <summary>The sections, in their order.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>The problems that no call is answered with: they stand within the answers of some.</summary>
    public IReadOnlyList<ProblemType> Inside { get; init; } = [];

    /// <summary>An occurrence of a problem.</summary>
    public required Func<ProblemType, ProblemResult> Example { get; init; }

    /// <summary>The body of such an occurrence.</summary>
    public required Func<ProblemResult, ProblemDocument> Show { get; init; }

    /// <summary>Adds what documents the conventions that the routes have in common, and the schemas of the contracts.</summary>
    public required Action<SwaggerGenOptions> Conventions { get; init; }
}
